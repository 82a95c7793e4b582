/* Findings: completed from the check that leaves them, with owned texts. */
#include "findings.h"

#include <math.h>
#include <stdarg.h>
#include <string.h>

static ga_status add(ga_findings *out, const ga_severity *severity, size_t variable,
                     const ga_finding *finding)
{
    ga_result *const result = out->result;
    ga_finding *const kept = ga_result_add_finding(result);
    if (!kept) {
        return GA_ENOMEM;
    }
    *kept = *finding;
    kept->code = ga_result_text(result, out->check->code);
    kept->name = ga_result_text(result, out->check->name);
    kept->refines = ga_result_text(result, out->check->refines);
    kept->severity = severity ? *severity : out->check->severity;
    if (kept->verdict == GA_SKIPPED) {
        kept->verdict = kept->severity == GA_ERROR ? GA_FAIL : GA_PASS;
    }
    if (variable != GA_NO_INDEX) {
        const ga_described *const at = ga_evidence_variable(out->evidence, variable);
        kept->variable = ga_result_text(result, at->name);
        if (!kept->file) {
            kept->file = at->file;
            kept->line = at->line;
        }
    } else {
        kept->variable = ga_result_text(result, finding->variable);
    }
    kept->file = ga_result_text(result, kept->file);
    kept->message = ga_result_text(result, finding->message);
    kept->why = ga_result_text(result, finding->why);
    kept->help = ga_result_text(result, finding->help);
    out->verdict = kept->verdict > out->verdict ? kept->verdict : out->verdict;
    return kept->message ? GA_OK : GA_ENOMEM;
}

ga_status ga_findings_add(ga_findings *out, size_t variable, const ga_finding *finding)
{
    return add(out, NULL, variable, finding);
}

ga_status ga_findings_add_as(ga_findings *out, ga_severity severity, size_t variable,
                             const ga_finding *finding)
{
    return add(out, &severity, variable, finding);
}

ga_status ga_findings_pass(ga_findings *out)
{
    out->verdict = out->verdict > GA_PASS ? out->verdict : GA_PASS;
    return GA_OK;
}

ga_status ga_findings_skip(ga_findings *out, const char *reason)
{
    out->reason = ga_result_text(out->result, reason);
    return out->reason ? GA_OK : GA_ENOMEM;
}

const char *ga_findings_text(ga_findings *out, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    const char *const text = ga_result_vformat(out->result, format, arguments);
    va_end(arguments);
    out->failed |= text == NULL;
    return text ? text : "";
}

const char *ga_findings_place(ga_findings *out, size_t variable, size_t index)
{
    char text[16 * GA_MAX_RANK + 96];
    const ga_variable_result *const view = &out->result->variables[variable].view;
    ga_index_text(view, index, text, sizeof text);
    return ga_findings_text(out, "`%s%s`", view->name, text);
}

/* For "the worst first": by the error that the variable's own line reports, too. */
static double badness(const ga_remark *remark)
{
    return isnan(remark->error) ? (double)INFINITY : remark->error;
}

size_t ga_findings_gather(const ga_elements *elements, size_t variable, unsigned causes,
                          ga_finding *finding, const ga_remark **worst)
{
    const ga_remark *best[GA_MAX_INDICES];
    finding->count = 0;
    finding->index_count = 0;
    for (size_t i = 0; i < elements->count; i++) {
        const ga_remark *const remark = &elements->remarks[i];
        if (remark->variable != variable || !(causes >> remark->cause & 1u)) {
            continue;
        }
        finding->count++;
        size_t at = finding->index_count;
        while (at > 0 && badness(best[at - 1]) < badness(remark)) {
            at--;
        }
        if (at >= GA_MAX_INDICES) {
            continue;
        }
        if (finding->index_count < GA_MAX_INDICES) {
            finding->index_count++;
        }
        memmove(&best[at + 1], &best[at], (finding->index_count - 1 - at) * sizeof *best);
        best[at] = remark;
    }
    if (finding->count == 0) {
        return 0;
    }
    for (size_t i = 0; i < finding->index_count; i++) {
        finding->indices[i] = best[i]->element.index;
    }
    finding->has_numbers = 1;
    finding->analytic = best[0]->element.analytic;
    finding->measured = best[0]->element.measured;
    finding->uncertainty = best[0]->element.uncertainty;
    finding->point = best[0]->point;
    *worst = best[0];
    return finding->count;
}
