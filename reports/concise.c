/*
 * One line for each finding, for grep and for editors: NAME:VARIABLE[IDX]: error[G01] message. One
 * line for each loss that is well.
 */
#include "common.h"
#include "gradaudit/report.h"
#include "print.h"

#include <math.h>

enum {
    MOST_NAME = 60,
    MOST_SENTENCE = 600,
    PLACE_SIZE = 200
};

static void print_finding(const ga_result *result, const ga_finding *finding,
                          const ga_report_style *style, FILE *out)
{
    const ga_variable_record *const variable = ga_finding_variable(result, finding);
    char place[PLACE_SIZE] = "";
    (void)ga_print_text(out, ga_or_empty(result->facts.loss), style->ascii, MOST_NAME);
    if (finding->variable) {
        (void)fputc(':', out);
        (void)ga_print_text(out, finding->variable, style->ascii, MOST_NAME);
    }
    if (variable && finding->index_count > 0) {
        ga_index_text(&variable->view, finding->indices[0], place, sizeof place);
    }
    (void)fprintf(out, "%s: %s[", place,
                  finding->suppressed ? "allowed" : ga_severity_text(finding->severity));
    (void)ga_print_text(out, ga_or_empty(finding->code), style->ascii, 8);
    (void)fputs("] ", out);
    (void)ga_print_text(out, ga_or_empty(finding->message), style->ascii, MOST_SENTENCE);
    ga_print_point(out, result, finding);
    if (finding->suppressed) {
        (void)fputs(" (because: ", out);
        (void)ga_print_text(out, finding->suppressed, style->ascii, MOST_SENTENCE);
        (void)fputc(')', out);
    }
    (void)fputc('\n', out);
}

static const char *closing_word(const ga_result *result)
{
    const int code = ga_result_exit_code(result);
    if (code == 5) {
        return "nothing to audit";
    }
    return code == 0 && result->facts.verdict != GA_INCONCLUSIVE ? "pass" : "inconclusive";
}

static void print_result(const ga_result *result, const ga_report_style *style, FILE *out)
{
    char text[GA_NUMBER_SIZE];
    for (size_t k = 0; k < result->finding_count; k++) {
        print_finding(result, &result->findings[k], style, out);
    }
    if (ga_result_count(result, GA_ERROR) > 0 ||
        (style->failing_only && ga_result_is_well(result))) {
        return;
    }
    size_t checked = 0;
    const size_t elements = ga_trainable_elements(result, &checked);
    (void)ga_print_text(out, ga_or_empty(result->facts.loss), style->ascii, MOST_NAME);
    (void)fprintf(out, ": %s, ", closing_word(result));
    ga_print_count(out, result->variable_count, "variable, ", "variables, ");
    (void)fprintf(out, "%s of ", ga_count_text(text, checked));
    ga_print_count(out, elements, "element checked", "elements checked");
    if (result->facts.screened) {
        (void)fprintf(out, ", %s covered by directions",
                      ga_count_text(text, ga_covered_elements(result)));
    }
    if (!isnan(result->facts.resolution)) {
        (void)fprintf(out, ", faults above %s of |g| excluded",
                      ga_number_text(text, 'g', 2, result->facts.resolution));
        if (result->facts.screened && result->facts.confidence > 0.0) {
            (void)fprintf(out, " (%s %%)",
                          ga_number_text(text, 'g', 6, 100.0 * result->facts.confidence));
        }
    }
    (void)fputc('\n', out);
}

extern const ga_report ga_report_concise;
const ga_report ga_report_concise = {
    .name = "concise",
    .summary = "one line for each finding, for grep and editors",
    .result = print_result,
};
