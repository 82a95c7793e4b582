/*
 * S01 kink: the slopes on the left and on the right differ and stay apart. A gradient between them
 * is valid, and passes; one outside is G01.
 */
#include "checks.h"

static ga_status report(ga_evidence *evidence, ga_findings *out, size_t variable,
                        ga_finding *finding, const ga_remark *worst)
{
    const ga_described *const at = ga_evidence_variable(evidence, variable);
    finding->message = ga_findings_text(
        out, "the loss has a kink at %s: slope %.7g on the left, %.7g on the right%s",
        ga_findings_place(out, variable, worst->element.index), worst->left, worst->right,
        ga_checks_more(out, finding->count, at->elements));
    finding->why = ga_findings_text(out,
                                    "the claimed %.7g lies between the two and is a valid "
                                    "value; any other between them would be, too",
                                    worst->element.analytic);
    finding->help = "to test the gradient itself, audit at a point off the kink; if the kink is "
                    "meant, accept it with ga_allow(p, \"S01\", ...)";
    return ga_findings_add(out, variable, finding);
}

static ga_status run(ga_evidence *evidence, ga_findings *out)
{
    return ga_checks_each(evidence, out, GA_CAUSE_KINK, report);
}

const ga_check ga_check_kink = {
    .code = "S01",
    .name = "kink",
    .severity = GA_WARNING,
    .summary = "the loss has no kink at the point",
    .explanation =
        "The loss bends sharply at the point: its slope on the left and its slope on the\n"
        "right differ, and stay apart however small the step. The claimed gradient lies\n"
        "between the two, which makes it as good as any other value between them, and it\n"
        "passes. One that lies outside is a mismatch (G01).\n"
        "\n"
        "It is seen by measuring the slope on either side on its own, each with its\n"
        "uncertainty. A kink a little away from the point is no finding; the steps are\n"
        "chosen so as to stay on this side of it.\n"
        "\n"
        "ReLU, |x|, max, hinge losses, clipping and sorting all have kinks. Training\n"
        "meets them only by accident, but a start often sits right on one: weights of 0,\n"
        "equal inputs, a clamp at its bound. There an audit proves little, as half a\n"
        "gradient or twice a gradient may be valid, too. Audit at a point off the kink as\n"
        "well. When the start is what it is, say so: ga_allow(p, \"S01\", \"w\", \"starts at\n"
        "the hinge\").\n"
        "\n"
        "Fails:\n"
        "\n"
        "    double w = 0.0;         /* |w| bends here */\n"
        "    loss = fabs(w) + w * w;\n"
        "    dw = 2.0 * w;           /* valid, and proves nothing */\n"
        "\n"
        "Mended:\n"
        "\n"
        "    double w = 0.1;         /* audited where the loss is smooth */\n"
        "    loss = fabs(w) + w * w;\n"
        "    dw = (w > 0.0) - (w < 0.0) + 2.0 * w;",
    .run = run,
};
