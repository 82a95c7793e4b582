/*
 * One finding: what, where, the numbers that earned it, why, what to do, where to read more.
 */
#include "text.h"

#include "common.h"
#include "print.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

enum {
    MOST_NAME = 60,
    MOST_SENTENCE = 600,
    MOST_ELEMENTS = 6, /* rows of numbers */
    PLACE_SIZE = 200,
    PLACE_WIDTH = 7 /* at least: that of the heading */
};

/* What numbers belong to that are not those of an element. */
static const char along_label[] = "along a direction";

static ga_paint paint_of(ga_severity severity)
{
    return severity == GA_ERROR ? GA_RED : severity == GA_WARNING ? GA_YELLOW : GA_BLUE;
}

static void print_heading(FILE *out, const ga_report_style *style, const ga_finding *finding)
{
    const ga_paint paint = finding->suppressed ? GA_DIM : paint_of(finding->severity);
    ga_paint_begin(out, style, paint);
    (void)fprintf(out, "%s[",
                  finding->suppressed ? "allowed" : ga_severity_text(finding->severity));
    (void)ga_print_text(out, ga_or_empty(finding->code), style->ascii, 8);
    (void)fputs("]: ", out);
    ga_paint_end(out, style, paint);
    (void)ga_print_text(out, ga_or_empty(finding->message), style->ascii, MOST_SENTENCE);
    (void)fputs(finding->verdict == GA_INCONCLUSIVE ? " (inconclusive)\n" : "\n", out);
}

static void print_place(FILE *out, const ga_report_style *style, const ga_result *result,
                        const ga_finding *finding, const ga_variable_record *variable)
{
    (void)fputs("  --> ", out);
    const ga_variable_result *const view = variable ? &variable->view : NULL;
    const int has_place = finding->file != NULL;
    const char *const file = has_place ? finding->file : view ? view->file : NULL;
    const int line = has_place ? finding->line : view ? view->line : 0;
    if (file) {
        (void)ga_print_text(out, file, style->ascii, MOST_NAME);
        (void)fprintf(out, ":%d", line);
        const int is_declaration =
            view && view->file && view->line == line && strcmp(view->file, file) == 0;
        (void)fputs(is_declaration ? " (registered)   " : "   ", out);
    }
    if (finding->variable) {
        (void)fputs("variable `", out);
        (void)ga_print_text(out, finding->variable, style->ascii, MOST_NAME);
        (void)fputs("` of ", out);
    }
    (void)fputs("loss `", out);
    (void)ga_print_text(out, ga_or_empty(result->facts.loss), style->ascii, MOST_NAME);
    (void)fputc('`', out);
    if (result->run.id) {
        (void)fprintf(out, ", run %" PRId64, result->run.id);
    }
    ga_print_point(out, result, finding);
    (void)fputc('\n', out);
}

void ga_text_element(FILE *out, size_t width, const char *place, const ga_element *element)
{
    char text[GA_NUMBER_SIZE];
    (void)fprintf(out, "%-*s", (int)width, place);
    (void)fprintf(out, "  %14s", ga_number_text(text, 'e', 6, element->analytic));
    (void)fprintf(out, "  %14s", ga_number_text(text, 'e', 6, element->measured));
    (void)fprintf(out, " +- %-7s", ga_number_text(text, 'e', 0, element->uncertainty));
}

/* analytic / measured, where that means anything: the bar must not contain 0. */
static void print_ratio(FILE *out, const ga_element *element)
{
    char text[GA_NUMBER_SIZE];
    const double ratio = element->analytic / element->measured;
    const int is_clear = fabs(element->measured) > element->uncertainty && isfinite(ratio);
    (void)fprintf(out, "  %10s\n", is_clear ? ga_number_text(text, 'g', 6, ratio) : "-");
}

/* The claimed value of an element that was not measured; 0: it is not kept. */
static int claimed_value(const ga_variable_record *variable, size_t index, double *value)
{
    if (!variable || !variable->analytic || index >= variable->view.elements) {
        return 0;
    }
    *value = variable->analytic[index];
    return 1;
}

static void print_unmeasured(FILE *out, size_t width, const char *place,
                             const ga_variable_record *variable, size_t index)
{
    char text[GA_NUMBER_SIZE];
    double value = 0.0;
    const int is_known = claimed_value(variable, index, &value);
    (void)fprintf(out, "%-*s", (int)width, place);
    (void)fprintf(out, "  %14s    not measured\n",
                  is_known ? ga_number_text(text, 'e', 6, value) : "-");
}

static void write_place(const ga_variable_record *variable, size_t index, char *place)
{
    if (index == GA_NO_INDEX) {
        (void)strcpy(place, "-");
    } else if (variable && variable->view.rank > 0) {
        ga_index_text(&variable->view, index, place, PLACE_SIZE);
    } else if (variable) {
        (void)strcpy(place, "scalar");
    } else {
        (void)snprintf(place, PLACE_SIZE, "[%zu]", index);
    }
}

static void print_row(FILE *out, size_t width, const ga_finding *finding, size_t k,
                      const ga_variable_record *variable)
{
    char place[PLACE_SIZE];
    const size_t index = finding->indices[k];
    write_place(variable, index, place);
    (void)fputs("   |  ", out);
    const ga_element *element = variable ? ga_find_element(variable, index) : NULL;
    const ga_element own = {.index = index,
                            .analytic = finding->analytic,
                            .measured = finding->measured,
                            .uncertainty = finding->uncertainty};
    if (k == 0 && finding->has_numbers && !finding->along) {
        element = &own; /* the finding's numbers are those of its first element */
    }
    if (element) {
        ga_text_element(out, width, place, element);
        print_ratio(out, element);
    } else {
        print_unmeasured(out, width, place, variable, index);
    }
}

/* The numbers of a finding that is not about its first element. */
static void print_whole(FILE *out, size_t width, const ga_finding *finding)
{
    const ga_element whole = {.analytic = finding->analytic,
                              .measured = finding->measured,
                              .uncertainty = finding->uncertainty};
    (void)fputs("   |  ", out);
    ga_text_element(out, width, finding->along ? along_label : "", &whole);
    print_ratio(out, &whole);
}

static void print_numbers(FILE *out, const ga_finding *finding, const ga_variable_record *variable)
{
    char place[PLACE_SIZE];
    const size_t indices =
        finding->index_count < GA_MAX_INDICES ? finding->index_count : GA_MAX_INDICES;
    const size_t rows = indices < MOST_ELEMENTS ? indices : MOST_ELEMENTS;
    if (rows == 0 && !finding->has_numbers) {
        return;
    }
    const int is_whole = finding->has_numbers && (rows == 0 || finding->along);
    size_t width = finding->along && is_whole ? sizeof along_label - 1 : PLACE_WIDTH;
    for (size_t k = 0; k < rows; k++) {
        write_place(variable, finding->indices[k], place);
        width = strlen(place) > width ? strlen(place) : width;
    }
    (void)fprintf(out, "   |  %-*s  %14s  %14s %-10s  %10s\n", (int)width,
                  rows && !finding->along ? "element" : "", "analytic", "measured", "", "ratio");
    if (is_whole) {
        print_whole(out, width, finding);
    }
    for (size_t k = 0; k < rows; k++) {
        print_row(out, width, finding, k, variable);
    }
    if (finding->count > rows && rows > 0) {
        (void)fputs("   |  ... ", out);
        ga_print_count(out, finding->count - rows, "more\n", "more\n");
    }
}

static void print_sentence(FILE *out, const ga_report_style *style, const char *label,
                           const char *sentence)
{
    if (sentence && *sentence) {
        (void)fprintf(out, "   = %s: ", label);
        (void)ga_print_text(out, sentence, style->ascii, MOST_SENTENCE);
        (void)fputc('\n', out);
    }
}

static int needs_quotes(const char *text)
{
    static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
                                "_-./:=+,@%";
    return text[0] == '\0' || text[strspn(text, plain)] != '\0';
}

static void print_explain(FILE *out, const ga_report_style *style, const ga_result *result,
                          const ga_finding *finding)
{
    const ga_run_info *const run = &result->run;
    (void)fputs("   = explain: gradaudit checks ", out);
    (void)ga_print_text(out, ga_or_empty(finding->code), style->ascii, 8);
    /* a line to copy: only when it needs no quoting and no arguments, else it would mislead */
    if (run->target && !needs_quotes(run->target) && !needs_quotes(ga_or_empty(finding->code)) &&
        (!run->subject || !needs_quotes(run->subject)) &&
        (!run->arguments || strcmp(run->arguments, "[]") == 0)) {
        (void)fprintf(out, "        replay: gradaudit audit --select %s --seed %" PRIu64 " %s",
                      ga_or_empty(finding->code), result->facts.seed, run->target);
        if (run->subject) {
            (void)fprintf(out, ":%s", run->subject);
        }
        if (finding->point > 0) {
            (void)fprintf(out, " --points %d", result->facts.points);
        }
    }
    (void)fputc('\n', out);
}

void ga_text_finding(FILE *out, const ga_report_style *style, const ga_result *result,
                     const ga_finding *finding)
{
    const ga_variable_record *const variable = ga_finding_variable(result, finding);
    print_heading(out, style, finding);
    print_place(out, style, result, finding, variable);
    if (finding->suppressed) {
        print_sentence(out, style, "because", finding->suppressed);
        return;
    }
    print_numbers(out, finding, variable);
    print_sentence(out, style, "why", finding->why);
    print_sentence(out, style, "help", finding->help);
    print_explain(out, style, result, finding);
}
