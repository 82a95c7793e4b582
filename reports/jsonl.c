/*
 * JSON Lines: one object a line, for programs. Scripts rely on the names and on their order; new
 * fields only ever come at the end of an object.
 *
 *   run, then each variable with the elements that were asked for, findings, checks; summary once.
 */
#include "common.h"
#include "gradaudit/report.h"
#include "json.h"

#include <inttypes.h>
#include <math.h>

static void write_text(FILE *out, const char *key, const char *text)
{
    (void)fprintf(out, ",\"%s\":", key);
    ga_json_text(out, text);
}

static void write_number(FILE *out, const char *key, double number)
{
    (void)fprintf(out, ",\"%s\":", key);
    ga_json_number(out, number);
}

static void write_count(FILE *out, const char *key, size_t count)
{
    (void)fprintf(out, ",\"%s\":%zu", key, count);
}

static void write_flag(FILE *out, const char *key, int flag)
{
    (void)fprintf(out, ",\"%s\":%s", key, flag ? "true" : "false");
}

static void write_index(FILE *out, const char *key, const ga_variable_result *variable,
                        size_t index)
{
    (void)fprintf(out, ",\"%s\":", key);
    ga_json_index(out, variable, index);
}

static void write_run(const ga_result *result, FILE *out)
{
    const ga_facts *const facts = &result->facts;
    (void)fputs("{\"type\":\"run\",\"schema\":1", out);
    write_text(out, "target", result->run.target);
    write_text(out, "subject", result->run.subject);
    write_text(out, "loss", facts->loss);
    if (result->run.id) {
        (void)fprintf(out, ",\"run\":%" PRId64, result->run.id);
    } else {
        (void)fputs(",\"run\":null", out);
    }
    (void)fprintf(out, ",\"seed\":%" PRIu64, facts->seed);
    write_count(out, "evaluations", facts->evaluations);
    write_count(out, "gradient_calls", facts->gradient_calls);
    write_number(out, "loss_value", facts->loss_value);
    write_number(out, "noise", facts->noise);
    write_number(out, "resolution", facts->resolution);
    write_number(out, "coverage", facts->coverage);
    write_text(out, "verdict", ga_verdict_text(facts->verdict));
    write_number(out, "seconds", facts->seconds);
    write_text(out, "plan", facts->plan);
    write_flag(out, "screened", facts->screened);
    write_number(out, "confidence", facts->confidence);
    write_number(out, "seen_share", facts->seen_share);
    write_text(out, "limit", facts->limit);
    write_text(out, "remedy", facts->remedy);
    write_flag(out, "twin", facts->twin);
    (void)fprintf(out, ",\"points\":%d", facts->points);
    write_number(out, "unexplained", facts->unexplained);
    (void)fputs("}\n", out);
}

static void write_variable(const ga_variable_result *view, FILE *out)
{
    const int rank = view->rank < 0 || view->rank > GA_MAX_RANK ? 0 : view->rank;
    (void)fputs("{\"type\":\"variable\"", out);
    write_text(out, "name", view->name);
    (void)fputs(",\"shape\":", out);
    ga_json_sizes(out, view->shape, (size_t)rank);
    write_text(out, "dtype", ga_dtype_text(view->dtype));
    write_text(out, "role", ga_role_text(view->role));
    write_count(out, "elements", view->elements);
    write_count(out, "checked", view->checked);
    write_text(out, "verdict", ga_verdict_text(view->verdict));
    write_index(out, "worst_index", view, view->worst_index);
    write_number(out, "worst_error", view->worst_error);
    write_number(out, "resolution", view->resolution);
    write_number(out, "gradient_norm", view->gradient_norm);
    write_number(out, "coverage",
                 view->elements ? (double)view->checked / (double)view->elements : (double)NAN);
    write_count(out, "covered", view->covered);
    write_number(out, "seen_share", view->seen_share);
    write_text(out, "limit", view->limit);
    write_number(out, "claimed", view->claimed);
    write_number(out, "measured", view->measured);
    write_number(out, "uncertainty", view->uncertainty);
    (void)fputs("}\n", out);
}

static void write_element(const ga_variable_result *view, const ga_element *element, FILE *out)
{
    (void)fputs("{\"type\":\"element\"", out);
    write_text(out, "variable", view->name);
    write_index(out, "index", view, element->index);
    write_text(out, "verdict", ga_verdict_text(element->verdict));
    write_number(out, "analytic", element->analytic);
    write_number(out, "measured", element->measured);
    write_number(out, "uncertainty", element->uncertainty);
    write_number(out, "step", element->step);
    (void)fputs("}\n", out);
}

static void write_indices(const ga_finding *finding, const ga_variable_result *view, FILE *out)
{
    const size_t count =
        finding->index_count < GA_MAX_INDICES ? finding->index_count : GA_MAX_INDICES;
    write_index(out, "index", view, count > 0 ? finding->indices[0] : GA_NO_INDEX);
    (void)fputs(",\"indices\":[", out);
    for (size_t k = 0; k < count; k++) {
        (void)fputs(k > 0 ? "," : "", out);
        ga_json_index(out, view, finding->indices[k]);
    }
    (void)fputc(']', out);
}

static void write_finding(const ga_result *result, const ga_finding *finding, FILE *out)
{
    const ga_variable_record *const variable = ga_finding_variable(result, finding);
    (void)fputs("{\"type\":\"finding\"", out);
    write_text(out, "code", finding->code);
    write_text(out, "refines", finding->refines);
    write_text(out, "name", finding->name);
    write_text(out, "severity", ga_severity_text(finding->severity));
    write_text(out, "verdict", ga_verdict_text(finding->verdict));
    write_text(out, "variable", finding->variable);
    write_indices(finding, variable ? &variable->view : NULL, out);
    write_count(out, "count", finding->count);
    if (finding->has_numbers) {
        write_number(out, "analytic", finding->analytic);
        write_number(out, "measured", finding->measured);
        write_number(out, "uncertainty", finding->uncertainty);
    } else {
        (void)fputs(",\"analytic\":null,\"measured\":null,\"uncertainty\":null", out);
    }
    write_text(out, "message", finding->message);
    write_text(out, "why", finding->why);
    write_text(out, "help", finding->help);
    write_text(out, "file", finding->file);
    if (finding->file) {
        (void)fprintf(out, ",\"line\":%d", finding->line);
    } else {
        (void)fputs(",\"line\":null", out);
    }
    write_text(out, "suppressed", finding->suppressed);
    (void)fprintf(out, ",\"point\":%d", finding->point);
    write_flag(out, "along", finding->along);
    (void)fputs("}\n", out);
}

static void write_check(const ga_check_result *check, FILE *out)
{
    (void)fputs("{\"type\":\"check\"", out);
    write_text(out, "code", check->code);
    write_text(out, "verdict", ga_verdict_text(check->verdict));
    write_text(out, "reason", check->reason);
    (void)fputs("}\n", out);
}

static void write_result(const ga_result *result, const ga_report_style *style, FILE *out)
{
    write_run(result, out);
    for (size_t v = 0; v < result->variable_count; v++) {
        const ga_variable_record *const variable = &result->variables[v];
        write_variable(&variable->view, out);
        for (size_t k = 0; k < variable->element_count; k++) {
            if (style->all_elements || variable->elements[k].verdict == GA_FAIL) {
                write_element(&variable->view, &variable->elements[k], out);
            }
        }
    }
    for (size_t k = 0; k < result->finding_count; k++) {
        write_finding(result, &result->findings[k], out);
    }
    for (size_t k = 0; k < result->check_count; k++) {
        write_check(&result->checks[k], out);
    }
}

static void write_summary(const ga_report_summary *summary, const ga_report_style *style, FILE *out)
{
    (void)style;
    (void)fputs("{\"type\":\"summary\"", out);
    write_text(out, "verdict", ga_verdict_text(summary->verdict));
    write_count(out, "errors", summary->errors);
    write_count(out, "warnings", summary->warnings);
    write_count(out, "inconclusive", summary->inconclusive);
    (void)fprintf(out, ",\"exit\":%d}\n", summary->exit_code);
}

extern const ga_report ga_report_jsonl;
const ga_report ga_report_jsonl = {
    .name = "jsonl",
    .summary = "one JSON object a line, for programs",
    .result = write_result,
    .end = write_summary,
};
