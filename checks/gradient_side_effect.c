/*
 * N04 gradient-side-effect: the loss differs after a gradient call, though loss calls in a row
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
    if (repeats->kind != GA_REPEAT_GRADIENT) {
        return ga_findings_pass(out);
    }
    return ga_findings_add(
        out, GA_NO_INDEX,
        &(ga_finding){
            .message = ga_findings_text(out, "the loss differs after a gradient call: %.9g or %.9g",
                                        repeats->value, repeats->other),
            .why = "the gradient callback changes something that the loss reads: a running mean, a "
                   "cache, the data",
            .help = "let the gradient callback write gradients only; clear state in a `reset` hook "
                    "(ga_problem_hooks)",
        });
}

const ga_check ga_check_gradient_side_effect = {
    .code = "N04",
    .name = "gradient-side-effect",
    .severity = GA_WARNING,
    .summary = "a gradient call leaves the loss as it is",
    .run = run,
};
