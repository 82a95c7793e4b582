/*
 * The inside of a result, for the parts of this tree that build, store, load and print one. Not
 * installed: others read results through the ga_result_* calls of gradaudit.h.
 *
 * A result owns everything it points to; every text in it comes from ga_result_text(), so that one
 * ga_result_free() undoes all, at any stage of building. A result that was stored and loaded again
 * is equal to the first, down to the bits of its numbers: each report is rendered from a result and
 * nothing else, so `audit` and `show` print the same.
 */
#ifndef GRADAUDIT_RESULT_H
#define GRADAUDIT_RESULT_H

#include "gradaudit/gradaudit.h"

#include <stdarg.h>

/* What is known of a run beside the audit itself; filled in by the command line and the store. */
typedef struct ga_run_info {
    int64_t id;            /* in the log; 0: not stored */
    const char *uuid;      /* 36 characters, or NULL */
    const char *target;    /* file audited, or NULL for a program's own */
    const char *subject;   /* NULL likewise */
    const char *arguments; /* what went to open(), as a JSON array of strings, or NULL */
    const char *options;   /* as a JSON object */
    int64_t started;       /* milliseconds since 1970, UTC */
    const char *commit;    /* git revision of the target's folder, or NULL */
    const char *branch;    /* NULL: none or unknown */
    int dirty;             /* 1: uncommitted changes, 0: none, -1: unknown */
    const char *output;    /* what the loss printed while it was audited (head of it), or NULL */
} ga_run_info;

/* One variable: what the public view says, and the vectors behind it. */
typedef struct ga_variable_record {
    ga_variable_result view;
    double *x;            /* view.elements values at the point; NULL when not kept */
    double *analytic;     /* the claimed gradient as stored, likewise */
    ga_element *elements; /* those measured, by rising index */
    size_t element_count, element_capacity;
    int is_sparse; /* while it is built: an element may be measured twice, and the last counts */
} ga_variable_record;

typedef struct ga_text_block ga_text_block;

struct ga_result {
    ga_facts facts;
    ga_run_info run;
    ga_variable_record *variables;
    size_t variable_count, variable_capacity;
    ga_finding *findings; /* in the order in which they are reported: errors first */
    size_t finding_count, finding_capacity;
    ga_check_result *checks; /* in the order of checks.def */
    size_t check_count, check_capacity;
    ga_text_block *texts; /* owns every text above */
};

/* NULL: no memory. */
GA_API ga_result *ga_result_new(void);

/* A copy of text owned by the result. NULL for NULL; NULL also when there is no memory. */
GA_API const char *ga_result_text(ga_result *result, const char *text);
GA_API const char *ga_result_format(ga_result *result, const char *format, ...) GA_PRINTF(2, 3);
GA_API const char *ga_result_vformat(ga_result *result, const char *format, va_list arguments)
    GA_PRINTF(2, 0);

/* Room for one more, zeroed, at the end; NULL when there is no memory. The pointer is good until
 * the next call. */
GA_API ga_variable_record *ga_result_add_variable(ga_result *result);
GA_API ga_finding *ga_result_add_finding(ga_result *result);
GA_API ga_check_result *ga_result_add_check(ga_result *result);
GA_API ga_element *ga_result_add_element(ga_variable_record *variable);

/* Counts of findings that are not suppressed. */
GA_API size_t ga_result_count(const ga_result *result, ga_severity severity);

/* Writes the flat index as "[3,12]" (or "" for a scalar) into text, which holds `size` bytes. */
GA_API void ga_index_text(const ga_variable_result *variable, size_t index, char *text,
                          size_t size);

/* Splits a flat index by the variable's shape; returns how many numbers (the rank). */
GA_API int ga_index_split(const ga_variable_result *variable, size_t index,
                          size_t split[GA_MAX_RANK]);

/* How the command line ends for this result: 1 errors, 4 user code failed and nothing else
 * is wrong, 3 nothing could be judged (or strict and not settled), 5 nothing to audit, 0 clean. */
GA_API int ga_result_exit_code(const ga_result *result);

/*
 * A result as bytes, to hand it from one process to another; unpacking gives an equal result. The
 * bytes are a log in memory that holds this one run, so that there is one encoding, that of the
 * store. GA_EINVAL from unpack: the bytes are damaged. *bytes is malloc'ed.
 */
GA_API ga_status ga_result_pack(const ga_result *result, unsigned char **bytes, size_t *size);
GA_API ga_status ga_result_unpack(const unsigned char *bytes, size_t size, ga_result **out);

#endif
