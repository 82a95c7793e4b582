/*
 * P01 loss-nonfinite: the loss is NaN or infinite at the point itself. Nothing can be measured
 * then.
 */
#include "checks.h"

#include <math.h>

static ga_status run(ga_evidence *evidence, ga_findings *out)
{
    ga_status status = GA_OK;
    const ga_calls *const calls = ga_checks_calls(evidence, out, &status);
    if (!calls) {
        return status;
    }
    if (calls->loss_finite) {
        return ga_findings_pass(out);
    }
    return ga_findings_add(
        out, GA_NO_INDEX,
        &(ga_finding){
            .message = ga_findings_text(out, "the loss is %s at the point",
                                        isnan(calls->loss) ? "NaN"
                                        : calls->loss > 0  ? "+infinity"
                                                           : "-infinity"),
            .why = "no slope can be measured where the loss itself has no value; the audit of this "
                   "point ends here",
            .help = "start where the loss is defined: look for log or sqrt of a number that is not "
                    "positive, a division by 0, an exp that overflows, or data that holds a NaN",
        });
}

const ga_check ga_check_loss_nonfinite = {
    .code = "P01",
    .name = "loss-nonfinite",
    .severity = GA_ERROR,
    .summary = "the loss is finite at the point",
    .explanation =
        "The loss is NaN or infinite at the very point that is audited. A difference of\n"
        "two such numbers is no slope, so there is nothing to compare a gradient with:\n"
        "the audit of this point ends here, and whatever else may be wrong is not looked\n"
        "for.\n"
        "\n"
        "It is seen in the first call of the loss. A loss that is not finite only at\n"
        "points nearby is no finding: there NaN means \"undefined\", and the measurement\n"
        "keeps away from it.\n"
        "\n"
        "The usual causes are log or sqrt of something that is not positive, a division\n"
        "by 0, an exp that overflows, and data that holds a NaN. Start where the loss is\n"
        "defined, or write the expression so that it is defined where you need it: log(1\n"
        "+ exp(z)) overflows from z = 710 on, its mended form nowhere. There is little\n"
        "sense in allowing this finding; choose another point instead.\n"
        "\n"
        "Fails:\n"
        "\n"
        "    static double softplus(double z)\n"
        "    {\n"
        "        return log(1.0 + exp(z));\n"
        "    }\n"
        "\n"
        "Mended:\n"
        "\n"
        "    static double softplus(double z)\n"
        "    {\n"
        "        return (z > 0.0 ? z : 0.0) + log1p(exp(-fabs(z)));\n"
        "    }",
    .run = run,
};
