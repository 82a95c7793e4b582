/*
 * The test helper: audit, and a report of what failed.
 */
#include "gradaudit/report.h"

static int cannot_audit(const ga_problem *problem, ga_status status, FILE *out)
{
    const char *const error = problem ? ga_problem_error(problem) : NULL;
    if (out) {
        (void)fprintf(out, "gradaudit: cannot audit: %s\n", error ? error : ga_status_text(status));
    }
    return 0;
}

int ga_assert_with_sized(ga_problem *problem, size_t size, const ga_options *options, FILE *out)
{
    ga_result *result = NULL;
    const ga_status status = problem ? ga_audit_sized(problem, size, options, &result) : GA_EINVAL;
    if (status != GA_OK) {
        return cannot_audit(problem, status, out);
    }
    ga_report_summary summary = {0};
    ga_report_summarise(&summary, result);
    if (out) {
        const ga_report *const text = ga_find_report("text");
        const ga_report_style style = {.failing_only = 1};
        text->result(result, &style, out);
        text->end(&summary, &style, out);
    }
    ga_result_free(result);
    return summary.exit_code == 0;
}

int ga_assert(ga_problem *problem, FILE *out)
{
    return ga_assert_with_sized(problem, sizeof(ga_options), NULL, out);
}
