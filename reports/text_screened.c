/*
 * What directions leave to say. Three kinds of elements, never mixed: measured singly, covered by
 * directions, not seen. A run that measured every element singly has none of this.
 */
#include "text.h"

#include "common.h"
#include "print.h"

#include <math.h>
#include <string.h>

enum {
    MOST_LIMIT = 30,     /* columns of what limits the resolution */
    MOST_SENTENCE = 200, /* columns of the remedy */
    CELL_SIZE = 120
};

typedef char cell[CELL_SIZE];

static size_t unseen(const ga_variable_result *view)
{
    const size_t seen = view->checked + view->covered;
    return seen < view->elements ? view->elements - seen : 0;
}

/* "64 singly, 8 128 by directions, 3 not seen": what there is none of is left out. */
static void write_kinds(cell text, size_t singly, size_t covered, size_t not_seen)
{
    const size_t counts[] = {singly, covered, not_seen};
    static const char *const kinds[] = {"singly", "by directions", "not seen"};
    const int is_one = (singly > 0) + (covered > 0) + (not_seen > 0) == 1;
    char number[GA_NUMBER_SIZE];
    size_t used = 0;
    text[0] = '\0';
    for (size_t k = 0; k < sizeof counts / sizeof *counts; k++) {
        if (counts[k] > 0) {
            used += (size_t)snprintf(text + used, CELL_SIZE - used, "%s%s%s %s", used ? ", " : "",
                                     is_one && counts[k] > 1 ? "all " : "",
                                     ga_count_text(number, counts[k]), kinds[k]);
        }
    }
}

/* "faults above 3e-04 excluded (kinks)"; what limits the run as a whole is said once, below. A
 * fault as long as the gradient itself is none that could be excluded. */
static void write_excluded(cell text, const ga_facts *facts, const ga_variable_result *view)
{
    char number[GA_NUMBER_SIZE];
    if (!(view->resolution < 1.0)) {
        (void)strcpy(text, "nothing excluded");
        return;
    }
    const size_t used = (size_t)snprintf(text, CELL_SIZE, "faults above %s excluded",
                                         ga_number_text(number, 'g', 2, view->resolution));
    const int is_own = view->limit && strcmp(view->limit, ga_or_empty(facts->limit)) != 0;
    if (is_own && *view->limit) {
        FILE *const out = fmemopen(text + used, CELL_SIZE - used, "w");
        if (out) {
            (void)fputs(" (", out);
            (void)ga_print_text(out, view->limit, 1, MOST_LIMIT);
            (void)fputc(')', out);
            (void)fclose(out);
        }
    }
}

/* "12 % could be 0 unseen"; nothing where each 0 would have been seen, or nobody looked. */
static void write_zero(cell text, const ga_variable_result *view)
{
    char number[GA_NUMBER_SIZE];
    text[0] = '\0';
    if (view->seen_share <= 0.0) {
        (void)strcpy(text, "all could be 0 unseen");
    } else if (view->seen_share < 1.0) {
        (void)snprintf(text, CELL_SIZE, "%s %% could be 0 unseen",
                       ga_percent_text(number, 1.0 - view->seen_share));
    }
}

static void write_cells(cell cells[GA_SCREENED_CELLS], const ga_facts *facts,
                        const ga_variable_result *view)
{
    char number[GA_NUMBER_SIZE];
    cells[0][0] = '\0';
    if (!isnan(view->gradient_norm) || view->nonfinite > 0) {
        (void)snprintf(cells[0], CELL_SIZE, "|g| %s",
                       ga_number_text(number, 'g', 3, view->gradient_norm));
    }
    write_excluded(cells[1], facts, view);
    write_kinds(cells[2], view->checked, view->covered, unseen(view));
    write_zero(cells[3], view);
}

void ga_text_screened_widths(ga_text_columns *columns, const ga_facts *facts,
                             const ga_variable_result *view)
{
    cell cells[GA_SCREENED_CELLS];
    write_cells(cells, facts, view);
    for (size_t k = 0; k < GA_SCREENED_CELLS; k++) {
        const size_t width = strlen(cells[k]);
        columns->cells[k] = width > columns->cells[k] ? width : columns->cells[k];
    }
}

void ga_text_screened(FILE *out, const ga_text_columns *columns, const ga_facts *facts,
                      const ga_variable_result *view)
{
    cell cells[GA_SCREENED_CELLS];
    size_t owed = 0; /* blanks before the next cell that has something to say */
    write_cells(cells, facts, view);
    for (size_t k = 0; k < GA_SCREENED_CELLS; k++) {
        if (columns->cells[k] == 0) {
            continue;
        }
        const size_t width = strlen(cells[k]);
        owed += 3;
        if (width > 0) {
            ga_print_spaces(out, owed);
            (void)fputs(cells[k], out);
            owed = 0;
        }
        owed += columns->cells[k] > width ? columns->cells[k] - width : 0;
    }
}

void ga_text_kinds(FILE *out, size_t singly, size_t covered, size_t not_seen)
{
    cell text;
    write_kinds(text, singly, covered, not_seen);
    (void)fputs(text, out);
}

/* How many elements of each kind, and whether there is any that nobody saw. */
static void print_all_kinds(FILE *out, const ga_result *result)
{
    size_t counts[3] = {0};
    for (size_t v = 0; v < result->variable_count; v++) {
        const ga_variable_result *const view = &result->variables[v].view;
        if (view->role == GA_TRAINABLE) {
            counts[0] += view->checked;
            counts[1] += view->covered;
            counts[2] += unseen(view);
        }
    }
    char text[GA_NUMBER_SIZE];
    (void)fprintf(out, "  %s elements measured singly", ga_count_text(text, counts[0]));
    (void)fprintf(out, ", %s covered by directions", ga_count_text(text, counts[1]));
    if (counts[2] > 0) {
        (void)fprintf(out, ", %s not seen", ga_count_text(text, counts[2]));
    }
    (void)fputc('\n', out);
}

void ga_text_statement(FILE *out, const ga_report_style *style, const ga_result *result)
{
    const ga_facts *const facts = &result->facts;
    char text[GA_NUMBER_SIZE];
    print_all_kinds(out, result);
    if (!(facts->resolution < 1.0)) {
        (void)fputs(facts->verdict == GA_FAIL ? "  nothing else is excluded where a fault was found"
                                              : "  nothing is excluded",
                    out);
    } else {
        (void)fprintf(out, "  no %sfault above %s of |g| hides in what was seen",
                      facts->verdict == GA_FAIL ? "other " : "",
                      ga_number_text(text, 'g', 2, facts->resolution));
        if (facts->confidence > 0.0) {
            (void)fprintf(out, " (%s %%)", ga_number_text(text, 'g', 6, 100.0 * facts->confidence));
        }
    }
    if (facts->limit && *facts->limit) {
        (void)fputs(", limited by ", out);
        (void)ga_print_text(out, facts->limit, style->ascii, MOST_LIMIT);
    }
    (void)fputc('\n', out);
    if (facts->seen_share < 1.0) {
        (void)fprintf(out, "  a gradient of 0 would go unseen in %s %% of the elements\n",
                      ga_percent_text(text, 1.0 - facts->seen_share));
    }
    if (facts->remedy && *facts->remedy) {
        (void)fputs("  remedy: ", out);
        (void)ga_print_text(out, facts->remedy, style->ascii, MOST_SENTENCE);
        (void)fputc('\n', out);
    }
}
