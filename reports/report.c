/*
 * The list of report formats, and what they share: one result with begin and end around it, the sum
 * of several results, looking things up in a result.
 */
#include "gradaudit/report.h"

#include "common.h"

#include <string.h>

#define GA_REPORT(name) extern const ga_report ga_report_##name;
#include "reports.def"
#undef GA_REPORT

#define GA_REPORT(name) &ga_report_##name,
static const ga_report *const reports[] = {
#include "reports.def"
};
#undef GA_REPORT

const ga_report *const *ga_builtin_reports(size_t *count)
{
    *count = sizeof reports / sizeof *reports;
    return reports;
}

const ga_report *ga_find_report(const char *name)
{
    for (size_t k = 0; name && k < sizeof reports / sizeof *reports; k++) {
        if (strcmp(reports[k]->name, name) == 0) {
            return reports[k];
        }
    }
    return NULL;
}

ga_status ga_report_write(const ga_report *report, const ga_result *result, FILE *out)
{
    const ga_report_style style = {0};
    ga_report_summary summary = {0};
    ga_report_summarise(&summary, result);
    if (report->begin) {
        report->begin(&style, out);
    }
    if (report->result) {
        report->result(result, &style, out);
    }
    if (report->end) {
        report->end(&summary, &style, out);
    }
    return fflush(out) == 0 && !ferror(out) ? GA_OK : GA_EIO;
}

/* Of several exit codes the first of this list is that of the command. */
static int first_exit_code(int one, int other)
{
    static const int order[] = {1, 2, 4, 3, 5, 0};
    for (size_t k = 0; k < sizeof order / sizeof *order; k++) {
        if (one == order[k] || other == order[k]) {
            return order[k];
        }
    }
    return one;
}

void ga_report_summarise(ga_report_summary *summary, const ga_result *result)
{
    summary->losses++;
    summary->variables += result->variable_count;
    summary->errors += ga_result_count(result, GA_ERROR);
    summary->warnings += ga_result_count(result, GA_WARNING);
    summary->evaluations += result->facts.evaluations;
    for (size_t v = 0; v < result->variable_count; v++) {
        summary->inconclusive += result->variables[v].view.verdict == GA_INCONCLUSIVE;
    }
    if (result->facts.verdict > summary->verdict) {
        summary->verdict = result->facts.verdict;
    }
    summary->exit_code = first_exit_code(ga_result_exit_code(result), summary->exit_code);
}

const ga_variable_record *ga_finding_variable(const ga_result *result, const ga_finding *finding)
{
    for (size_t v = 0; finding->variable && v < result->variable_count; v++) {
        const char *const name = result->variables[v].view.name;
        if (name && strcmp(name, finding->variable) == 0) {
            return &result->variables[v];
        }
    }
    return NULL;
}

const ga_element *ga_find_element(const ga_variable_record *variable, size_t index)
{
    size_t first = 0;
    size_t end = variable->element_count;
    while (first < end) {
        const size_t middle = first + (end - first) / 2;
        if (variable->elements[middle].index < index) {
            first = middle + 1;
        } else {
            end = middle;
        }
    }
    return first < variable->element_count && variable->elements[first].index == index
               ? &variable->elements[first]
               : NULL;
}

const char *ga_or_empty(const char *text)
{
    return text ? text : "";
}

size_t ga_trainable_elements(const ga_result *result, size_t *checked)
{
    size_t elements = 0;
    *checked = 0;
    for (size_t v = 0; v < result->variable_count; v++) {
        const ga_variable_result *const view = &result->variables[v].view;
        if (view->role == GA_TRAINABLE) {
            elements += view->elements;
            *checked += view->checked;
        }
    }
    return elements;
}

size_t ga_covered_elements(const ga_result *result)
{
    size_t covered = 0;
    for (size_t v = 0; v < result->variable_count; v++) {
        const ga_variable_result *const view = &result->variables[v].view;
        covered += view->role == GA_TRAINABLE ? view->covered : 0;
    }
    return covered;
}

void ga_print_point(FILE *out, const ga_result *result, const ga_finding *finding)
{
    if (finding->point > 0) { /* the point given is the first */
        (void)fprintf(out, ", at a jittered point (%lld of %d)", (long long)finding->point + 1,
                      result->facts.points);
    }
}

int ga_result_is_well(const ga_result *result)
{
    return ga_result_exit_code(result) == 0;
}
