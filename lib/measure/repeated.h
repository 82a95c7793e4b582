/*
 * The slope of a loss that answers differently each time: random, or drifting from call to call.
 *
 * Values are taken in quadruples f(+h) f(-h) f(-h) f(+h). Their signed mean is a slope from which a
 * drift that is linear in the number of calls cancels exactly; what is random averages out over
 * many quadruples, and how well shows in their own spread. Two lengths, h and h/2, take the second
 * order of the truncation out and show how large it was.
 *
 *     slope = mean of r_k,  r_k = (4 q_k(h/2) - q_k(h)) / 3        over n rounds
 *     bar   = t_n sd(r) / sqrt(n)  +  |mean q(h/2) - mean q(h)| / 3  +  what a drift may have
 * changed
 *
 * t_n is Student's quantile for n - 1 degrees of freedom. Which side begins a quadruple, which
 * length begins a round, and how often f(x) is called between them is drawn at random: a loss that
 * goes through its batches in turn must not fall in step with the quadruples.
 *
 * A FAIL takes two sets of rounds that share nothing but the loss, and both must exclude the claim,
 * also as the slope of either side of a kink. Such losses are inconclusive often, and accused
 * rarely.
 */
#ifndef GA_MEASURE_REPEATED_H
#define GA_MEASURE_REPEATED_H

#include "probe.h"

/* No element costs more evaluations than this. */
enum {
    GA_REPEATED_EVALUATIONS = 900,
    GA_REPEATED_USUAL = 100 /* and most cost about as many */
};

/*
 * As ga_probe_element. profile->noise is the standard deviation of the loss from call to call, and
 * profile->values.origin its mean at the point at the time when the claim was made.
 */
void ga_probe_repeated(const ga_profile *profile, const ga_line *line, const ga_claim *claim,
                       ga_probe *out);

#endif
