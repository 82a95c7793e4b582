/*
 * The variables of a loss, one line each: a word for the verdict, the shape, the worst error, the
 * length of the gradient, and how small a fault could still hide.
 */
#include "text.h"

#include "common.h"
#include "print.h"

#include <math.h>
#include <string.h>

enum {
    MOST_NAME = 40,
    MOST_WELL = 40, /* more variables than this that are well become one line */
    PLACE_SIZE = 200
};

/* What is known of a whole group of variables that are well. */
typedef struct group {
    size_t variables, elements, checked, covered;
    const ga_variable_result *worst; /* NULL: none has a worst element */
    double resolution;
} group;

static int is_well(const ga_variable_result *view)
{
    return view->role == GA_TRAINABLE && view->verdict == GA_PASS;
}

/* What a report of what failed passes over. */
static int is_no_concern(const ga_variable_result *view)
{
    return view->verdict < GA_INCONCLUSIVE && (is_well(view) || view->role != GA_TRAINABLE);
}

static const char *word_of(const ga_variable_result *view, ga_paint *paint)
{
    if (view->verdict == GA_FAIL) {
        *paint = GA_RED;
        return "FAIL";
    }
    if (view->verdict == GA_INCONCLUSIVE) {
        *paint = GA_YELLOW;
        return "??  ";
    }
    *paint = view->verdict == GA_PASS ? GA_GREEN : GA_DIM;
    return view->verdict == GA_PASS ? "ok  " : "--  ";
}

/* "784x10", "scalar"; returns the width. */
static size_t print_shape(FILE *out, const ga_variable_result *view)
{
    char text[GA_MAX_RANK * 21 + 1] = "scalar";
    size_t used = 0;
    for (int d = 0; d < view->rank && d < GA_MAX_RANK; d++) {
        used += (size_t)snprintf(text + used, sizeof text - used, "%s%zu", d > 0 ? "x" : "",
                                 view->shape[d]);
    }
    if (out) {
        (void)fputs(text, out);
    }
    return strlen(text);
}

/* "10 of 240 elements fail, 2 are not finite". Where directions were measured, what fails singly is
 * compared with what was measured singly. */
static void print_counts(FILE *out, int screened, const ga_variable_result *view)
{
    static const char *const after[][2] = {
        {"fails", "fail"},
        {"is inconclusive", "are inconclusive"},
        {"is not finite", "are not finite"},
        {"was never written", "were never written"},
    };
    const size_t counts[] = {view->failed, view->inconclusive, view->nonfinite, view->unwritten};
    enum {
        SINGLY = 2 /* the first two kinds are of elements measured singly */
    };
    char text[GA_NUMBER_SIZE];
    int is_first = 1;
    for (size_t k = 0; k < sizeof counts / sizeof *counts; k++) {
        if (counts[k] == 0) {
            continue;
        }
        (void)fprintf(out, "%s%s ", is_first ? "   " : ", ", ga_count_text(text, counts[k]));
        if (screened && k < SINGLY) {
            (void)fprintf(out, "of %s measured singly ", ga_count_text(text, view->checked));
        } else if (screened || is_first) {
            (void)fputs("of ", out);
            ga_print_count(out, view->elements, "element ", "elements ");
        }
        (void)fputs(after[k][counts[k] == 1 ? 0 : 1], out);
        is_first = 0;
    }
}

static void print_worst(FILE *out, const ga_variable_result *view)
{
    char text[GA_NUMBER_SIZE];
    char place[PLACE_SIZE];
    if (view->worst_index == GA_NO_INDEX) {
        return;
    }
    (void)fprintf(out, "   worst error %s", ga_number_text(text, 'e', 1, view->worst_error));
    ga_index_text(view, view->worst_index, place, sizeof place);
    if (!is_well(view) && *place) {
        (void)fprintf(out, " at %s", place);
    }
}

/* What is wrong with it. */
static void print_remarks(FILE *out, int screened, const ga_variable_result *view)
{
    print_counts(out, screened, view);
    if (view->verdict == GA_FAIL && view->failed + view->nonfinite + view->unwritten == 0) {
        (void)fputs("   see below", out); /* no single element: all of it, or what the calls did */
    }
}

static void print_details(FILE *out, const ga_variable_result *view)
{
    char text[GA_NUMBER_SIZE];
    print_remarks(out, 0, view);
    print_worst(out, view);
    if (!isnan(view->gradient_norm) || view->nonfinite > 0) {
        (void)fprintf(out, "   |g| %s", ga_number_text(text, 'g', 3, view->gradient_norm));
    }
    if (view->checked == 0) {
        (void)fputs("   not measured", out);
    } else {
        if (view->checked < view->elements) {
            (void)fprintf(out, "   %s of ", ga_count_text(text, view->checked));
            (void)fprintf(out, "%s measured", ga_count_text(text, view->elements));
        }
        if (!isnan(view->resolution)) {
            (void)fprintf(out, "   faults above %s excluded",
                          ga_number_text(text, 'g', 2, view->resolution));
        }
    }
}

/* Along the direction of this variable that tells most. */
static void print_direction(FILE *out, size_t width, const ga_variable_result *view)
{
    const ga_element along = {
        .analytic = view->claimed, .measured = view->measured, .uncertainty = view->uncertainty};
    if (view->covered > 0 && !isnan(view->measured)) {
        (void)fputs("      ", out);
        ga_text_element(out, width, "", &along);
        (void)fputs("  along a direction through all of it\n", out);
    }
}

static void print_elements(FILE *out, const ga_variable_record *variable)
{
    char place[PLACE_SIZE];
    size_t width = 0;
    for (size_t k = 0; k < variable->element_count; k++) {
        ga_index_text(&variable->view, variable->elements[k].index, place, sizeof place);
        width = strlen(place) > width ? strlen(place) : width;
    }
    print_direction(out, width, &variable->view);
    for (size_t k = 0; k < variable->element_count; k++) {
        const ga_element *const element = &variable->elements[k];
        ga_index_text(&variable->view, element->index, place, sizeof place);
        (void)fputs("      ", out);
        ga_text_element(out, width, place, element);
        (void)fprintf(out, "  %s, ", ga_verdict_text(element->verdict));
        (void)ga_print_text(out, ga_or_empty(element->reason), 1, 80);
        (void)fputc('\n', out);
    }
}

static void print_line(FILE *out, const ga_report_style *style, const ga_text_columns *columns,
                       const ga_facts *facts, const ga_variable_record *variable)
{
    const ga_variable_result *const view = &variable->view;
    ga_paint paint = GA_PLAIN;
    const char *const word = word_of(view, &paint);
    (void)fputs("  ", out);
    ga_paint_begin(out, style, paint);
    (void)fputs(word, out);
    ga_paint_end(out, style, paint);
    (void)fputs("  ", out);
    const size_t name = ga_print_text(out, ga_or_empty(view->name), style->ascii, MOST_NAME);
    ga_print_spaces(out, columns->name > name ? columns->name - name + 2 : 2);
    const size_t shape = print_shape(out, view);
    ga_print_spaces(out, columns->shape > shape ? columns->shape - shape : 0);
    if (view->role != GA_TRAINABLE) {
        (void)fprintf(out, "   %s: not audited", ga_role_text(view->role));
    } else if (facts->screened) {
        ga_text_screened(out, columns, facts, view);
        print_remarks(out, 1, view);
        if (!is_well(view)) {
            print_worst(out, view);
        }
    } else {
        print_details(out, view);
    }
    (void)fputc('\n', out);
    if (style->all_elements) {
        print_elements(out, variable);
    }
}

static void print_group(FILE *out, const ga_report_style *style, int screened, const group *well)
{
    char text[GA_NUMBER_SIZE];
    (void)fputs("  ", out);
    ga_paint_begin(out, style, GA_GREEN);
    (void)fputs("ok  ", out);
    ga_paint_end(out, style, GA_GREEN);
    (void)fputs("  ", out);
    ga_print_count(out, well->variables, "variable, ", "variables, ");
    ga_print_count(out, well->elements, "element", "elements");
    if (well->worst) {
        (void)fprintf(out, "   worst error %s in `",
                      ga_number_text(text, 'e', 1, well->worst->worst_error));
        (void)ga_print_text(out, ga_or_empty(well->worst->name), style->ascii, MOST_NAME);
        (void)fputc('`', out);
    }
    if (well->resolution > 0.0) {
        (void)fprintf(out, "   faults above %s excluded",
                      ga_number_text(text, 'g', 2, well->resolution));
    }
    if (screened) {
        const size_t seen = well->checked + well->covered;
        (void)fputs("   ", out);
        ga_text_kinds(out, well->checked, well->covered,
                      seen < well->elements ? well->elements - seen : 0);
    }
    (void)fputc('\n', out);
}

static group gather_well(const ga_result *result)
{
    group well = {0};
    for (size_t v = 0; v < result->variable_count; v++) {
        const ga_variable_result *const view = &result->variables[v].view;
        if (!is_well(view)) {
            continue;
        }
        well.variables++;
        well.elements += view->elements;
        well.checked += view->checked;
        well.covered += view->covered;
        if (view->worst_index != GA_NO_INDEX &&
            (!well.worst || !(view->worst_error <= well.worst->worst_error))) {
            well.worst = view;
        }
        if (view->resolution > well.resolution) {
            well.resolution = view->resolution;
        }
    }
    return well;
}

void ga_text_variables(FILE *out, const ga_report_style *style, const ga_result *result)
{
    const group well = gather_well(result);
    const int screened = result->facts.screened;
    const int fold = well.variables > MOST_WELL && !style->all_elements;
    ga_text_columns columns = {0};
    for (int is_printing = 0; is_printing < 2; is_printing++) { /* measure the columns first */
        for (size_t v = 0; v < result->variable_count; v++) {
            const ga_variable_record *const variable = &result->variables[v];
            if ((is_well(&variable->view) && fold) ||
                (style->failing_only && is_no_concern(&variable->view))) {
                continue;
            }
            if (is_printing) {
                print_line(out, style, &columns, &result->facts, variable);
                continue;
            }
            const size_t name =
                ga_print_text(NULL, ga_or_empty(variable->view.name), style->ascii, MOST_NAME);
            const size_t shape = print_shape(NULL, &variable->view);
            columns.name = name > columns.name ? name : columns.name;
            columns.shape = shape > columns.shape ? shape : columns.shape;
            if (screened && variable->view.role == GA_TRAINABLE) {
                ga_text_screened_widths(&columns, &result->facts, &variable->view);
            }
        }
    }
    if (fold && !style->failing_only) {
        print_group(out, style, screened, &well);
    }
}
