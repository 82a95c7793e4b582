/*
 * Findings that the user accepts, each with a reason.
 *
 * Which codes exist is known to the checks, which this part cannot see: here a code only has to
 * look like one; the audit refuses those that no check answers to.
 */
#include "validate.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* "S01", "kink", "constant-factor", "S" */
static int looks_like_code(const char *code)
{
    static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
    static const char rest[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-";
    return *code && strchr(letters, *code) && code[strspn(code, rest)] == '\0';
}

static ga_status validate_allowance(ga_problem *problem, const char *code, const char *variable,
                                    const char *reason)
{
    if (!code || !*code) {
        return ga_problem_fail(problem, "ga_allow() was given no code");
    }
    if (!looks_like_code(code)) {
        return ga_problem_fail(problem,
                               "ga_allow(): `%.200s` is neither a code (S01), a name (kink) nor a "
                               "family (S)",
                               code);
    }
    if (variable && !*variable) {
        return ga_problem_fail(
            problem, "ga_allow(): the variable of %s has an empty name (NULL means all)", code);
    }
    if (!reason || !*reason) {
        return ga_problem_fail(problem, "ga_allow(): no reason is given for %s%s%.200s", code,
                               variable ? " on " : "", variable ? variable : "");
    }
    return GA_OK;
}

static ga_status keep(ga_problem *problem, const char *code, const char *variable,
                      const char *reason)
{
    ga_allowance fresh = {
        .code = ga_copy_text(code),
        .variable = variable ? ga_copy_text(variable) : NULL,
        .reason = ga_copy_text(reason),
    };
    ga_allowance *kept = NULL;
    if (fresh.code && fresh.reason && (fresh.variable || !variable)) {
        kept = ga_grow((void **)&problem->allowances, &problem->allowance_count,
                       &problem->allowance_capacity, sizeof *kept);
    }
    if (!kept) {
        free(fresh.code);
        free(fresh.variable);
        free(fresh.reason);
        return ga_no_memory(problem, "allowance", code);
    }
    *kept = fresh;
    return GA_OK;
}

ga_status ga_allow(ga_problem *problem, const char *code, const char *variable, const char *reason)
{
    const ga_status changeable = ga_problem_changeable(problem);
    if (changeable != GA_OK) {
        return changeable;
    }
    const ga_status valid = validate_allowance(problem, code, variable, reason);
    return valid == GA_OK ? keep(problem, code, variable, reason) : valid;
}

static int same_word(const char *a, const char *b)
{
    return a && b && strcasecmp(a, b) == 0;
}

/* A family is the letter that its codes begin with. */
static int is_family_of(const char *family, const char *code)
{
    return family[0] && !family[1] && code && strncasecmp(family, code, 1) == 0;
}

const char *ga_problem_allowed(const ga_problem *problem, const char *code, const char *name,
                               const char *refines, const char *variable)
{
    for (size_t i = 0; i < problem->allowance_count; ++i) {
        const ga_allowance *const entry = &problem->allowances[i];
        const int concerns = same_word(entry->code, code) || same_word(entry->code, name) ||
                             same_word(entry->code, refines) || is_family_of(entry->code, code);
        const int here = !entry->variable || (variable && strcmp(entry->variable, variable) == 0);
        if (concerns && here) {
            return entry->reason;
        }
    }
    return NULL;
}
