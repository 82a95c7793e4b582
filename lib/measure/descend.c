/*
 * Disagreement, or a kink: shorter and shorter steps, until g is excluded twice in a row by
 * estimates that agree with each other, or g turns out to be right below some structure, or noise
 * ends the way.
 */
#include "trial.h"

#include "kink.h"

#include <math.h>
#include <stddef.h>

enum {
    STEPS_MOST = 6,    /* shorter steps in one descent */
    WINDOW = 3,        /* pairs in each estimate: the shortest three */
    PAIRS_ENOUGH = 20, /* with so many, no other judgement is begun */
    PAIRS_MORE = 4,    /* for that judgement */
    KINKS_SURE = 3,    /* kinks in a row, */
    KINKS_SETTLED = 2, /* or so many with one-sided slopes that are known well and exclude g */
    EXCLUSIONS = 2,    /* estimates in a row that exclude g */
    AGREEMENTS = 2
};

static const double DOWN_LEAST = 4.0; /* ratio of steps, jittered */
static const double DOWN_MOST = 8.0;
/*
 * Under a kink: from 1e-4 of the scale to 1e-8 in three pairs. With the usual ratio a kink 1e-7 of
 * the scale away is reached by a third of the elements only.
 */
static const double KINK_LEAST = 25.0;
static const double KINK_MOST = 35.0;
static const double BELOW_KINK = 0.0625; /* there the noise is asked: at the steps to come */
static const double DROWNED = 0.5; /* of the gap: a step whose noise is above it cannot settle it */
static const double CLEARLY = 1.5; /* beyond its bar, before an estimate counts against g */

/* What the estimates on the way down have said so far. */
typedef struct descent {
    ga_estimate last;
    double gap;
    int kink;       /* the shortest two pairs show a kink */
    int kinks;      /* ... so many times in a row */
    int exclusions; /* estimates in a row that exclude g and agree with each other */
    int agreements;
} descent;

/* Whether g lies between the one-sided slopes. */
static int lies_between(const ga_trial *trial, const ga_sides *sides)
{
    const double g = trial->claim->analytic;
    return g >= sides->low - trial->allowed && g <= sides->high + trial->allowed;
}

/*
 * A kink at x, unless it only lies below a noise that hides how far away it is: then ask about the
 * noise and go on down.
 */
static ga_stage end_at_kink(ga_trial *trial, const ga_sides *sides)
{
    const double shortest = trial->pairs.pair[trial->pairs.count - 1].h;
    if (!trial->relaxed && ga_trial_relax(trial, BELOW_KINK * shortest)) {
        trial->estimate =
            ga_estimate_slope(&trial->pairs, trial->first, trial->pairs.count, trial->noise);
        return GA_STAGE_DESCEND;
    }
    const double g = trial->claim->analytic;
    ga_probe *out = trial->out;
    out->value = 0.5 * sides->low + 0.5 * sides->high;
    out->uncertainty = 0.5 * (sides->high - sides->low);
    out->resolution = fmax(sides->high - g, g - sides->low);
    out->step = shortest;
    return ga_trial_end(trial, GA_PROBE_KINK, GA_KINK_BETWEEN);
}

/* The next step down, 0 when noise or the coordinate's precision ends the way. */
static double next_step(ga_trial *trial, const descent *seen)
{
    const ga_pair *shortest = trial->pairs.pair + trial->pairs.count - 1;
    const double ratio = seen->kink
                             ? ga_watch_draw(&trial->watch, GA_FOR_DESCENT, KINK_LEAST, KINK_MOST)
                             : ga_watch_draw(&trial->watch, GA_FOR_DESCENT, DOWN_LEAST, DOWN_MOST);
    const double h = shortest->h / ratio;
    double gap = isfinite(seen->gap) ? seen->gap : fabs(trial->claim->analytic);
    if (seen->kink) {
        gap = fmax(gap, fabs(shortest->even) / shortest->h);
    }
    return h < trial->least || 2.0 * GA_SIGMAS * trial->noise / h > DROWNED * gap ? 0.0 : h;
}

static ga_stage weigh_kink(ga_trial *trial, descent *seen)
{
    const ga_sides sides = ga_kink_sides(&trial->pairs, trial->noise);
    seen->agreements = 0;
    seen->exclusions = 0;
    seen->kinks++;
    const int between = lies_between(trial, &sides);
    const int excluded = sides.settled && !between;
    if (seen->kinks < KINKS_SURE && !(seen->kinks == KINKS_SETTLED && excluded)) {
        return GA_STAGE_DESCEND;
    }
    if (between) {
        seen->kinks = 1; /* in case the way goes on */
        return end_at_kink(trial, &sides);
    }
    trial->kinked = 1;
    return sides.settled ? GA_STAGE_DOUBT : GA_STAGE_REPEAT;
}

static ga_stage weigh_slope(ga_trial *trial, descent *seen, const ga_estimate *made)
{
    const double gap = ga_trial_gap(trial, made->value);
    seen->kinks = 0;
    if (gap <= made->bar + trial->allowed) {
        seen->exclusions = 0;
        seen->agreements++;
        const int sure = gap + made->bar <= trial->allowed || seen->agreements >= AGREEMENTS;
        if (sure && trial->pairs.count < PAIRS_ENOUGH) {
            trial->first = trial->pairs.count > WINDOW ? trial->pairs.count - WINDOW : 0;
            trial->patient = 1;
            trial->pairs_most = trial->pairs.count + PAIRS_MORE;
            trial->downs = 0;
            trial->bar_before = (double)INFINITY;
            return GA_STAGE_JUDGE;
        }
        return GA_STAGE_DESCEND;
    }
    seen->agreements = 0;
    const int excludes = gap > CLEARLY * made->bar + trial->allowed;
    const int steady = fabs(made->value - seen->last.value) <= made->bar + seen->last.bar;
    seen->exclusions = excludes && steady ? seen->exclusions + 1 : 0;
    return seen->exclusions >= EXCLUSIONS ? GA_STAGE_DOUBT : GA_STAGE_DESCEND;
}

/* One descent; GA_STAGE_DESCEND means that it ended without a decision. */
static ga_stage descend_once(ga_trial *trial, descent *seen)
{
    ga_stage next = GA_STAGE_DESCEND;
    for (int i = 0; i < STEPS_MOST && next == GA_STAGE_DESCEND; i++) {
        const double h = next_step(trial, seen);
        if (!(h > 0.0) || !ga_pairs_add(&trial->pairs, &trial->watch, h, NULL)) {
            break;
        }
        const int count = trial->pairs.count;
        const ga_estimate made = ga_estimate_slope(
            &trial->pairs, count > WINDOW ? count - WINDOW : 0, count, trial->noise);
        ga_trial_state(trial, &made, &trial->pairs);
        seen->kink = ga_kink_shows(&trial->pairs, trial->noise);
        next = seen->kink ? weigh_kink(trial, seen) : weigh_slope(trial, seen, &made);
        seen->last = made;
        seen->gap = ga_trial_gap(trial, made.value);
    }
    return next;
}

ga_stage ga_trial_descend(ga_trial *trial)
{
    const int wide = trial->pairs.count; /* the pairs before: repeat needs their estimate */
    descent seen = {
        .last = trial->estimate,
        .gap = ga_trial_gap(trial, trial->estimate.value),
        .kink = ga_kink_shows(&trial->pairs, trial->noise),
    };
    const ga_stage next = descend_once(trial, &seen);
    if (next != GA_STAGE_DESCEND && next != GA_STAGE_REPEAT) {
        return next;
    }
    if (seen.kink) {
        const ga_sides sides = ga_kink_sides(&trial->pairs, trial->noise);
        if (lies_between(trial, &sides)) {
            return end_at_kink(trial, &sides);
        }
    }
    trial->kinked = 0;
    if (seen.agreements > 0) {
        const int acceptable = ga_trial_acceptable(trial, trial->out->uncertainty);
        return acceptable ? ga_trial_pass(trial, GA_AGREES_NEAR)
                          : ga_trial_leave_open(trial, GA_BAR_TOO_WIDE);
    }
    const double shortest = trial->pairs.pair[trial->pairs.count - 1].h;
    if (!trial->relaxed && ga_trial_relax(trial, shortest)) {
        trial->estimate =
            ga_estimate_slope(&trial->pairs, trial->first, trial->pairs.count, trial->noise);
        return GA_STAGE_DESCEND;
    }
    trial->estimate = ga_estimate_slope(&trial->pairs, 0, wide, trial->noise);
    return GA_STAGE_REPEAT;
}
