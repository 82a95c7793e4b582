/*
 * There is no room below: the estimate that excludes g must repeat itself on a fresh set of steps
 * near the best ones. First look at four standard deviations, second at three: as safe as four and
 * four, with fewer elements left open.
 */
#include "trial.h"

#include "kink.h"

#include <math.h>
#include <stddef.h>

static const double NEAR_LEAST = 0.65; /* fresh steps, in units of the old one; never the same */
static const double NEAR_MOST = 0.85;
static const double RATIO_LEAST = 1.6; /* of the fresh steps */
static const double RATIO_MOST = 6.0;
static const double SECOND_LOOK = 0.75; /* three of the four standard deviations */

/*
 * Two estimates at nearly the same steps have noise of their own, but share what truncation hides.
 * Where the even parts show kinks between the steps (a network of rectifiers in float has dozens),
 * truncation must be exceeded threefold: without, one such right audit in two hundred was accused.
 */
static const double SHARED = 3.0;
static const double CLOSER_LEAST = 4.0; /* one look farther down, in ratios of the shortest step */
static const double CLOSER_MOST = 6.0;
static const double DROWNED = 0.5; /* of the gap, as on the way down */
static const double SHORTER = 0.7; /* of the shortest fresh step: such a pair knows more of x */

/* Mean of two estimates, each weighted by 1/bar^2, in a form that cannot overflow. */
static ga_estimate average(const ga_estimate *one, const ga_estimate *two)
{
    const double ratio = two->bar / one->bar; /* 0, finite or infinite */
    const double share = 1.0 / (1.0 + ratio * ratio);
    ga_estimate mean = *two;
    mean.value = one->value + (two->value - one->value) * share;
    mean.bar = two->bar / hypot(1.0, ratio); /* 1/sqrt(1/e1^2 + 1/e2^2) */
    return mean;
}

/*
 * One more pair below the fresh ones, unless noise would drown it. Returns how far the slope moves
 * on the way there.
 */
static double look_closer(ga_trial *trial, double value, double shortest)
{
    const double ratio = ga_watch_draw(&trial->watch, GA_FOR_REPEAT, CLOSER_LEAST, CLOSER_MOST);
    const double h = shortest / ratio;
    const double drowned = DROWNED * ga_trial_gap(trial, value);
    int place = 0;
    if (h < trial->least || !(2.0 * GA_SIGMAS * trial->noise / h <= drowned) ||
        !ga_pairs_add(&trial->pairs, &trial->watch, h, &place)) {
        return 0.0;
    }
    return fabs(trial->pairs.pair[place].slope - value);
}

/*
 * Does a slope over a shorter step than all fresh ones lie nearer to g? Its noise is a small part
 * of the gap, or the step would not have been taken: something between the steps bends the slope.
 */
static int shorter_speaks_for(const ga_trial *trial, double value, double shortest)
{
    for (int k = 0; k < trial->pairs.count; k++) {
        const ga_pair *pair = trial->pairs.pair + k;
        if (pair->h < SHORTER * shortest &&
            ga_trial_gap(trial, pair->slope) < fabs(pair->slope - value)) {
            return 1;
        }
    }
    return 0;
}

ga_stage ga_trial_repeat(ga_trial *trial)
{
    const ga_estimate first = trial->estimate;
    const int at = first.at < 0 ? 0 : first.at;
    const ga_pair *wide = trial->pairs.pair + at;
    const ga_pair *narrow = at + 1 < trial->pairs.count ? wide + 1 : wide;
    const double ratio = fmin(fmax(wide->h / narrow->h, RATIO_LEAST), RATIO_MOST);
    const double h = wide->h * ga_watch_draw(&trial->watch, GA_FOR_REPEAT, NEAR_LEAST, NEAR_MOST);
    ga_pairs fresh = {.count = 0};

    ga_pairs_add(&fresh, &trial->watch, h, NULL); /* a pair that fails is one fewer to agree */
    ga_pairs_add(&fresh, &trial->watch, h / ratio, NULL);
    if (at > 0) {
        ga_pairs_add(&fresh, &trial->watch, 2.0 * h, NULL);
    }
    const ga_estimate second = ga_estimate_slope(&fresh, 0, fresh.count, trial->noise);
    ga_estimate mean = average(&first, &second);
    if (ga_pairs_are_rough(&trial->pairs, trial->noise) ||
        ga_pairs_are_rough(&fresh, trial->noise)) {
        const double hidden =
            fmax(first.truncation, second.truncation) + look_closer(trial, mean.value, h / ratio);
        mean.bar = fmax(mean.bar, SHARED * hidden);
    }
    const int excluded =
        ga_trial_gap(trial, second.value) > SECOND_LOOK * second.bar + trial->allowed &&
        ga_trial_gap(trial, mean.value) > mean.bar + trial->allowed &&
        fabs(first.value - second.value) <= first.bar + second.bar && isfinite(mean.bar);
    if (!excluded || shorter_speaks_for(trial, mean.value, h / ratio)) {
        ga_trial_state(trial, &second, &fresh);
        return ga_trial_leave_open(trial, GA_UNREPEATABLE);
    }
    trial->pairs = fresh;
    trial->repeated = 1;
    trial->kinked = 0;
    ga_trial_state(trial, &mean, &fresh);
    return GA_STAGE_DOUBT;
}
