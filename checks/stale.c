/*
 * G09 stale: the gradient belongs to the previous point. After a move the callback returns what it
 * returned before, bit for bit, and a second call at the same point is right.
 */
#include "checks.h"

static ga_status run(ga_evidence *evidence, ga_findings *out)
{
    ga_status status = GA_OK;
    const ga_calls *const calls = ga_checks_calls(evidence, out, &status);
    if (!calls) {
        return status;
    }
    if (!calls->has_gradient) {
        return ga_findings_skip(out, "there is no gradient to look at");
    }
    if (!calls->stale) {
        return ga_findings_pass(out);
    }
    return ga_findings_add(
        out, GA_NO_INDEX,
        &(ga_finding){
            .message = "the gradient is that of the point before: after a move the callback "
                       "returns the old one, and the right one only when it is called again",
            .why = "every step of an optimiser goes along the gradient of the last point; a check "
                   "that calls it twice at one point never notices",
            .help =
                "compute from the x that was passed in; fill a cache before it is used, not after",
        });
}

const ga_check ga_check_stale = {
    .code = "G09",
    .name = "stale",
    .severity = GA_ERROR,
    .summary = "the gradient belongs to the point it was asked for",
    .explanation =
        "The gradient belongs to the point before. After a move the callback returns what\n"
        "it had returned there, bit for bit; called again at the same point, it returns\n"
        "the right one.\n"
        "\n"
        "That pattern is exactly how it is seen: the callback is called at the point, at\n"
        "another one, and at the point again. A comparison of slopes alone rarely\n"
        "notices, as it asks for the gradient at one point and happens to ask twice.\n"
        "\n"
        "The cause is a cache: activations that are stored after they were used, a flag\n"
        "that is cleared too late, a gradient computed from the copy of x that the last\n"
        "call left behind. An optimiser that gets such gradients walks along the\n"
        "direction of its previous point and often still converges, only slowly. Compute\n"
        "from the x that was handed over, and fill a cache before it is read.\n"
        "\n"
        "Fails:\n"
        "\n"
        "    for (size_t i = 0; i < n; i++) {\n"
        "        g[i] = 2.0 * m->last[i]; /* the x of the call before */\n"
        "        m->last[i] = x[i];\n"
        "    }\n"
        "\n"
        "Mended:\n"
        "\n"
        "    for (size_t i = 0; i < n; i++) {\n"
        "        m->last[i] = x[i];\n"
        "        g[i] = 2.0 * m->last[i];\n"
        "    }",
    .run = run,
};
