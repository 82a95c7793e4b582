/*
 * S02 jump: the loss jumps at the point, within the smallest usable step. On one side of a
 * threshold it is one function, on the other another one, and x stands right on it.
 */
#include "checks.h"

#include <math.h>

static ga_status report(ga_evidence *evidence, ga_findings *out, size_t variable,
                        ga_finding *finding, const ga_remark *worst)
{
    const ga_described *const at = ga_evidence_variable(evidence, variable);
    finding->has_numbers = 0; /* no slope was measured: there is none */
    finding->message =
        ga_findings_text(out, "the loss jumps by %.4g at %s, within the smallest usable step%s",
                         fabs(worst->jump), ga_findings_place(out, variable, worst->element.index),
                         ga_checks_more(out, finding->count, at->elements));
    finding->why = "the difference from the value at the point stays the same over three decades "
                   "of steps, down to the shortest, and when it is evaluated again";
    finding->help = "the point stands right on a threshold (a comparison, a rounding, an index): "
                    "audit a little off it, where the gradient can be judged; if training meets "
                    "the threshold, make the loss continuous there";
    return ga_findings_add(out, variable, finding);
}

static ga_status run(ga_evidence *evidence, ga_findings *out)
{
    return ga_checks_each(evidence, out, GA_CAUSE_JUMP, report);
}

const ga_check ga_check_jump = {
    .code = "S02",
    .name = "jump",
    .severity = GA_ERROR,
    .summary = "the loss does not jump at the point",
    .explanation =
        "The loss jumps at the point: its values on one side, however near, differ from\n"
        "the value at the point by an amount that does not shrink with the step. There is\n"
        "no derivative here. The gradient may be that of one side, but no difference\n"
        "quotient can tell, so it is not judged.\n"
        "\n"
        "It is seen over three decades of steps, down to the shortest that moves the\n"
        "variable by a few roundings. Each side is extrapolated to the point, so that\n"
        "slopes, kinks (S01), roots and steep but continuous curves are not mistaken for\n"
        "it; the point and both sides are evaluated twice, so that noise is not, either.\n"
        "A loss that rests between its jumps is a plateau (S03).\n"
        "\n"
        "A start of 0 or 1 often stands right on a threshold: if (w > 0), floor(w), an\n"
        "index computed from w, a mask by comparison, a clamp that resets. An optimiser\n"
        "that steps across gains or loses the jump, and its gradient knows nothing of it.\n"
        "Make the loss continuous there, or move the start if training never meets the\n"
        "threshold. Accept it with ga_allow(p, \"S02\", \"w\", \"starts at the gate\").\n"
        "\n"
        "Fails:\n"
        "\n"
        "    double w = 0.0;\n"
        "    loss = (w > 0.0 ? 1.0 : 0.0) + w * w; /* the gate opens at 0 */\n"
        "    dw = 2.0 * w;\n"
        "\n"
        "Mended:\n"
        "\n"
        "    double w = 0.0;\n"
        "    const double gate = 1.0 / (1.0 + exp(-w));\n"
        "    loss = gate + w * w;\n"
        "    dw = gate * (1.0 - gate) + 2.0 * w;",
    .run = run,
};
