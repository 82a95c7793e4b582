/* ga_audit(): an audit with the default list of checks. */
#include "gradaudit/check.h"

#include <string.h>

ga_status ga_audit_sized(ga_problem *problem, size_t size, const ga_options *options,
                         ga_result **out)
{
    ga_options known = {0}; /* what an older or newer program did not say keeps its default */
    if (options) {
        memcpy(&known, options, size < sizeof known ? size : sizeof known);
    }
    size_t count = 0;
    const ga_check *const *const checks = ga_builtin_checks(&count);
    return ga_audit_with(problem, checks, count, &known, out);
}
