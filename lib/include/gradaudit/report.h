/*
 * What a report format is. Not installed until it has settled.
 *
 * A format prints results, each from the result alone: begin() once, result() for each, end() once
 * with what the command as a whole has come to. Any of the three may be NULL.
 */
#ifndef GRADAUDIT_REPORT_H
#define GRADAUDIT_REPORT_H

#include "gradaudit/result.h"

typedef struct ga_report_style {
    int color;        /* write ANSI colour */
    int ascii;        /* nothing beyond ASCII */
    int all_elements; /* every measured element, not only those that fail */
    int failing_only; /* text: nothing for variables and losses that are well (ga_assert) */
} ga_report_style;

/* What a whole invocation has come to; the numbers are sums over its results. */
typedef struct ga_report_summary {
    ga_verdict verdict;
    size_t losses, variables, errors, warnings, inconclusive, evaluations;
    int exit_code;
} ga_report_summary;

typedef struct ga_report {
    const char *name;    /* "jsonl" */
    const char *summary; /* one line for --help */
    void (*begin)(const ga_report_style *style, FILE *out);
    void (*result)(const ga_result *result, const ga_report_style *style, FILE *out);
    void (*end)(const ga_report_summary *summary, const ga_report_style *style, FILE *out);
} ga_report;

GA_API const ga_report *const *ga_builtin_reports(size_t *count);
GA_API const ga_report *ga_find_report(const char *name);

/* One result with begin and end around it, in the default style. GA_EIO: `out` reports an error. */
GA_API ga_status ga_report_write(const ga_report *report, const ga_result *result, FILE *out);

/* Adds one result to a summary that began as {0}. The exit code of several results is the first
 * that applies of 1, 2, 4, 3, 5, 0. */
GA_API void ga_report_summarise(ga_report_summary *summary, const ga_result *result);

/*
 * A text of unknown origin. Control characters, what turns the direction of writing, bytes that are
 * not UTF-8 and, with `ascii`, all beyond ASCII appear as \n, \x1b, \u202e. What is wider than
 * `most` columns is cut and ends in "...". Returns the columns used, counting one for each
 * character; `out` may be NULL, to ask for the width alone.
 */
GA_API size_t ga_print_text(FILE *out, const char *text, int ascii, size_t most);

#endif
