/*
 * The probe of an element whose variable is known to be wrong.
 *
 * Most of its neighbours will be wrong too, and each would take the long way to a FAIL. One pair at
 * the step where truncation and noise balance says roughly what the slope is; where the claim is
 * far from that, the estimate becomes the expectation of a confirmation at another step.
 */
#include "probe.h"

#include "estimate.h"
#include "step.h"
#include "watch.h"

#include <math.h>
#include <stddef.h>

static const double STEP_MOST = 0.1;   /* of the reach */
static const double STEP_LEAST = 1e-5; /* of the scale: a clean double needs no shorter one */

/* The claim must lie this many bars away to be worth the short way. */
static const double FAR = 2.0;

static double rough_step(const ga_profile *profile, const ga_line *line, const ga_claim *claim)
{
    const double change = fmax(fabs(claim->analytic) * line->scale, claim->step_change);
    const double balance = change > 0.0 ? cbrt(profile->noise / change) : STEP_MOST;
    const double most = fmin(STEP_MOST * line->reach, ga_step_room(line));
    const double h = fmin(fmax(balance, STEP_LEAST) * line->scale, most);
    return h >= ga_step_least(line) ? h : 0.0;
}

void ga_probe_suspect(const ga_profile *profile, const ga_line *line, const ga_claim *claim,
                      ga_probe *out)
{
    ga_watch watch = {.line = line,
                      .values = profile->values,
                      .seed = profile->seed,
                      .most = GA_PROBE_EVALUATIONS};
    ga_pairs rough = {.count = 0};
    const double wanted = isfinite(claim->analytic) ? rough_step(profile, line, claim) : 0.0;
    const double h = wanted * ga_watch_draw(&watch, GA_FOR_SUSPECT, 0.8, 1.25);
    if (wanted > 0.0 && ga_pairs_add(&rough, &watch, h, NULL)) {
        const ga_pair *const pair = rough.pair;
        const double bar =
            fabs(pair->even) / pair->h + GA_SIGMAS * profile->noise / (sqrt(2.0) * pair->h);
        if (fabs(pair->slope - claim->analytic) > FAR * bar) {
            ga_probe_confirm(profile, line, claim, pair->slope, bar, out);
            out->evaluations += watch.evaluations;
            return;
        }
    }
    ga_probe_element(profile, line, claim, out);
    out->evaluations += watch.evaluations;
}
