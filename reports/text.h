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

/* The line of one variable, in columns of these widths. */
typedef struct ga_text_columns {
    size_t name, shape;
} ga_text_columns;

void ga_text_variables(FILE *out, const ga_report_style *style, const ga_result *result);

/* "  | [12,3]  analytic  measured +- uncertainty  ..." of one element. `width` is that of the first
 * column; `element` NULL: not measured. */
void ga_text_element(FILE *out, size_t width, const char *place, const ga_element *element);

#endif
