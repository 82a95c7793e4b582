/*
 * S04 low-precision: all trainable variables are double, but the loss has the precision of a float:
 * something on the way is computed in float, and all slopes are a million times less certain.
 */
#include "checks.h"

#include <math.h>

static ga_status run(ga_evidence *evidence, ga_findings *out)
{
    const ga_precision *precision = NULL;
    const ga_status status = ga_evidence_precision(evidence, &precision);
    if (status != GA_OK) {
        return status;
    }
    if (!precision) {
        return ga_findings_skip(out, ga_evidence_why_not(evidence));
    }
    if (!precision->is_float) {
        return ga_findings_pass(out);
    }
    const double share = precision->noise / fabs(precision->loss);
    return ga_findings_add(
        out, GA_NO_INDEX,
        &(ga_finding){
            .message = ga_findings_text(out,
                                        "the loss has the precision of a float, though every "
                                        "variable is double: its noise is %.1g of it",
                                        share),
            .why = precision->is_exact
                       ? ga_findings_text(out,
                                          "every value seen is exactly a float, and steps that "
                                          "change a loss in double by %.0e of it leave it as it is",
                                          precision->rests)
                       : ga_findings_text(out,
                                          "steps that change a loss in double by %.0e of it leave "
                                          "this one as it is, to the last bit",
                                          precision->rests),
            .help = "look for float between the variables and the loss: a float sum or buffer, a "
                    "cast, sqrtf or expf, data read as float and summed so; in double the slopes "
                    "are known a million times better",
        });
}

const ga_check ga_check_low_precision = {
    .code = "S04",
    .name = "low-precision",
    .severity = GA_WARNING,
    .summary = "a loss of double variables has the precision of double",
    .explanation =
        "Every trainable variable is double, but the loss is no more precise than a\n"
        "float: seven digits in place of sixteen. Something between the two is computed\n"
        "in float, perhaps by accident.\n"
        "\n"
        "It is suspected when the noise of the loss is that of float's rounding, and said\n"
        "when the loss also rests, to the last bit, under steps that are far below a\n"
        "float's rounding but a million times above a double's. Solvers that stop at a\n"
        "tolerance do not rest so. Nothing is said of float variables: there it is as\n"
        "expected.\n"
        "\n"
        "The gradient may be right all the same, but it can be tested to three or four\n"
        "digits at best, and small elements not at all; an optimiser stalls where steps\n"
        "change the loss by less than a rounding. Look for a float accumulator, a buffer\n"
        "or a struct member that was declared float, a cast, sqrtf for sqrt, a function\n"
        "of a float library. If it is meant, register the variables as float, or accept\n"
        "it: ga_allow(p, \"S04\", NULL, \"inference runs in float\").\n"
        "\n"
        "Fails:\n"
        "\n"
        "    float sum = 0.0f;\n"
        "    for (size_t i = 0; i < n; i++) {\n"
        "        sum += (float)(x[i] * x[i]);\n"
        "    }\n"
        "    return sum;\n"
        "\n"
        "Mended:\n"
        "\n"
        "    double sum = 0.0;\n"
        "    for (size_t i = 0; i < n; i++) {\n"
        "        sum += x[i] * x[i];\n"
        "    }\n"
        "    return sum;",
    .run = run,
};
