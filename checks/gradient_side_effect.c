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
    const int digits = ga_checks_digits(repeats->value, repeats->other);
    return ga_findings_add(
        out, GA_NO_INDEX,
        &(ga_finding){
            .message = ga_findings_text(out, "the loss differs after a gradient call: %.*g or %.*g",
                                        digits, repeats->value, digits, repeats->other),
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
    .explanation =
        "The loss gives another value after the gradient callback has been called, though\n"
        "loss calls in a row agree. The gradient changes something that the loss reads.\n"
        "\n"
        "It is seen by comparing loss calls before and after a gradient call at the same\n"
        "point. The parameters themselves are not what changed: that would be\n"
        "memory-abuse (P04).\n"
        "\n"
        "Look for a running mean that is updated in the backward pass, a buffer that both\n"
        "share, data that is normalised in place, a counter. In training, where loss and\n"
        "gradient alternate, the effect creeps into everything. Let the gradient callback\n"
        "write gradients and nothing else; or clear the state in a `reset` hook\n"
        "(ga_problem_hooks). Accept it where it is known and small: --allow N04=REASON.\n"
        "\n"
        "Fails:\n"
        "\n"
        "    static int gradient(void *user)\n"
        "    {\n"
        "        model *m = user;\n"
        "        m->mean = 0.9 * m->mean + 0.1 * batch_mean(m); /* the loss reads it */\n"
        "        ...\n"
        "\n"
        "Mended:\n"
        "\n"
        "    static int gradient(void *user)\n"
        "    {\n"
        "        const model *m = user; /* the mean is updated after the step */\n"
        "        ...",
    .run = run,
};
