/*
 * N03 order-dependent: f(x), f(y), f(x): the first and the last differ, though calls in a row
 * agree.
 */
#include "checks.h"

static ga_status run(ga_evidence *evidence, ga_findings *out)
{
    ga_status status = GA_OK;
    const ga_repeats *const repeats = ga_checks_repeats(evidence, out, &status);
    if (!repeats) {
        return status;
    }
    if (repeats->kind != GA_REPEAT_ORDER) {
        return ga_findings_pass(out);
    }
    const int digits = ga_checks_digits(repeats->value, repeats->other);
    return ga_findings_add(
        out, GA_NO_INDEX,
        &(ga_finding){
            .message = ga_findings_text(
                out, "the loss at the point depends on where it was evaluated before: %.*g or %.*g",
                digits, repeats->value, digits, repeats->other),
            .why = "a cache, a warm start or a work buffer carries something over from the last "
                   "point; the difference is counted as noise",
            .help = "start from the same state in every call, or clear it in a `reset` hook "
                    "(ga_problem_hooks)",
        });
}

const ga_check ga_check_order_dependent = {
    .code = "N03",
    .name = "order-dependent",
    .severity = GA_WARNING,
    .summary = "the loss does not depend on the point before",
    .explanation =
        "The loss at the point depends on where it was evaluated before. Two calls in a\n"
        "row agree, but after a call at another point the value is a different one.\n"
        "\n"
        "It is seen by f(x), f(y), f(x). What is carried over makes each measured slope a\n"
        "little wrong; the difference is counted as noise, the audit goes on, and slopes\n"
        "that cannot be told any more because of it are not reported a second time.\n"
        "\n"
        "A warm start is the classic: a solver begins at the last solution and stops at a\n"
        "tolerance, so it ends a little elsewhere. Others are a cache that is looked up\n"
        "by an incomplete key, a work buffer that is not cleared, batch statistics kept\n"
        "from the last call. Start from the same state in every call, or clear it in a\n"
        "`reset` hook. If the effect is small and the warm start worth it: --allow\n"
        "N03=REASON.\n"
        "\n"
        "Fails:\n"
        "\n"
        "    static double y = 0.0; /* the last solution */\n"
        "    y = solve(x, y, 1e-6);\n"
        "    return cost(y);\n"
        "\n"
        "Mended:\n"
        "\n"
        "    const double y = solve(x, 0.0, 1e-12);\n"
        "    return cost(y);",
    .run = run,
};
