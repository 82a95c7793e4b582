/* The parts of the text report. */
#ifndef GA_REPORTS_TEXT_H
#define GA_REPORTS_TEXT_H

#include "gradaudit/report.h"

typedef enum ga_paint {
    GA_PLAIN,
    GA_RED,
    GA_YELLOW,
    GA_GREEN,
    GA_BLUE,
    GA_BOLD,
    GA_DIM
} ga_paint;

/* Colour never says what a word does not say too. Nothing is written without style->color. */
void ga_paint_begin(FILE *out, const ga_report_style *style, ga_paint paint);
void ga_paint_end(FILE *out, const ga_report_style *style, ga_paint paint);

void ga_print_spaces(FILE *out, size_t count);

/* error[G01]: message, place, numbers, why, help, explain. */
void ga_text_finding(FILE *out, const ga_report_style *style, const ga_result *result,
                     const ga_finding *finding);

/* The line of one variable, in columns of these widths; the cells are those of a screened run. */
enum {
    GA_SCREENED_CELLS = 4
};

typedef struct ga_text_columns {
    size_t name, shape, cells[GA_SCREENED_CELLS];
} ga_text_columns;

void ga_text_variables(FILE *out, const ga_report_style *style, const ga_result *result);

/* "  | [12,3]  analytic  measured +- uncertainty  ..." of one element. `width` is that of the first
 * column; `element` NULL: not measured. */
void ga_text_element(FILE *out, size_t width, const char *place, const ga_element *element);

/* Where directions were measured: the cells of a variable's line, and how wide they are; "64
 * singly, 8 128 by directions, 3 not seen"; what the run as a whole excludes. */
void ga_text_screened_widths(ga_text_columns *columns, const ga_facts *facts,
                             const ga_variable_result *view);
void ga_text_screened(FILE *out, const ga_text_columns *columns, const ga_facts *facts,
                      const ga_variable_result *view);
void ga_text_kinds(FILE *out, size_t singly, size_t covered, size_t not_seen);
void ga_text_statement(FILE *out, const ga_report_style *style, const ga_result *result);

#endif
