/*
 * What a check is. Not installed until it has settled.
 *
 * A check reads evidence, which is measured once and only when asked for, and leaves findings. It
 * never calls user code itself. One file in checks/ defines one `const ga_check`, named in
 * checks/checks.def; the order there is the order of reporting.
 */
#ifndef GRADAUDIT_CHECK_H
#define GRADAUDIT_CHECK_H

#include "gradaudit/isolate.h"
#include "gradaudit/result.h"

typedef struct ga_evidence ga_evidence; /* all that was measured of a problem; evidence.h */
typedef struct ga_findings ga_findings; /* where a check leaves what it found; findings.h */

typedef struct ga_check {
    const char *code; /* "G10": stable for ever, never re-used */
    const char *name; /* "loss-disagrees" */
    ga_severity severity;
    const char *refines; /* the code it replaces where the numbers allow, or NULL */
    const char *summary; /* one line: what holds when the check passes */
    const char *explanation; /* paragraphs for `gradaudit checks CODE`, with a failing and a mended
                                example in C */
    ga_status (*run)(ga_evidence *evidence, ga_findings *out);
} ga_check;

/* The default list, in order. */
GA_API const ga_check *const *ga_builtin_checks(size_t *count);

/* By code ("G10") or name ("loss-disagrees"), in any case; NULL: there is none. */
GA_API const ga_check *ga_find_check(const char *code_or_name);

/* Whether a comma-separated list of codes, names and family letters covers this check, or a check
 * that it refines. An empty or NULL list covers nothing. */
GA_API int ga_check_in_list(const ga_check *check, const char *list);

/* NULL when every word of the list is known, else the first that is not: a pointer into the list,
 * its length in *length. */
GA_API const char *ga_check_list_error(const char *list, size_t *length);

/* Audit with a list of checks of your own. `options` as for ga_audit(). */
GA_API ga_status ga_audit_with(ga_problem *problem, const ga_check *const *checks, size_t count,
                               const ga_options *options, ga_result **out);

/* A result in which nothing was judged yet: the loss's name and the variables. For a problem whose
 * audit may never come back. GA_EINVAL: the problem carries an error. */
GA_API ga_status ga_result_describe(ga_problem *problem, ga_result **out);

/* Adds finding P08 for a child that did not come to its end, with what it was doing, and sets the
 * result's verdict. */
GA_API ga_status ga_result_add_death(ga_result *result, const ga_child_outcome *outcome);

#endif
