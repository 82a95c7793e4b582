/*
 * The first two pairs. A loss that does not move at all is settled here: it is flat because g is
 * right to be 0, because it ignores the element, or because it moves in steps longer than ours.
 */
#include "trial.h"

#include "step.h"

#include <math.h>
#include <stddef.h>

static const double SHRINK = 30.0; /* after a step out of the domain */
enum {
    SHRINKS_MOST = 5
};                                  /* 30^5: from 1e-4 to 4e-12 of the scale */
static const double LONGER = 2.5;   /* second step when noise matters, */
static const double SHORTER = 0.5;  /* and when it does not */
static const double MATTERS = 1e-3; /* noise above this share of the slope cannot wait for judge */

/* Longer steps at which a flat loss gets another chance to move, in scales. */
static const double FAR[] = {0.3, 0.03};

static int open_first(ga_trial *trial)
{
    double h = trial->opening * ga_watch_draw(&trial->watch, GA_FOR_OPENING, 0.8, 1.25);
    h = fmin(fmax(h, trial->least), trial->longest);
    for (int i = 0; i <= SHRINKS_MOST; i++) {
        if (ga_pairs_add(&trial->pairs, &trial->watch, h, NULL)) {
            return 1;
        }
        trial->edge = 1;
        h /= SHRINK;
        trial->longest = h;
    }
    return 0;
}

static int open_second(ga_trial *trial)
{
    const ga_pair first = trial->pairs.pair[0];
    const double noise = GA_SIGMAS * trial->noise / first.h;
    const int noisy = noise > trial->allowed && noise > MATTERS * fabs(first.slope);

    if (noisy && LONGER * first.h < trial->longest) {
        if (ga_pairs_add(&trial->pairs, &trial->watch, LONGER * first.h, NULL)) {
            return 1;
        }
        trial->edge = 1;
        trial->longest = first.h;
    }
    return ga_pairs_add(&trial->pairs, &trial->watch, SHORTER * first.h, NULL);
}

/* It moved after all, so in steps of at most the least move seen: that is its noise. */
static ga_stage go_on(ga_trial *trial)
{
    const double least = ga_pairs_least_move(&trial->pairs);
    if (isfinite(least)) {
        trial->noise = fmax(trial->noise, 0.5 * least);
    }
    return GA_STAGE_JUDGE;
}

/* Give a flat loss longer steps to move at, then see what its plateau decides. */
static ga_stage settle_flat(ga_trial *trial)
{
    const ga_line *line = trial->watch.line;
    const double longest = trial->pairs.pair[0].h;

    for (int i = 0; i < 2 && FAR[i] * trial->scale > 2.0 * longest; i++) {
        int place = 0;
        const double h = fmin(FAR[i] * trial->scale, ga_step_room(line));
        if (ga_pairs_add(&trial->pairs, &trial->watch, h, &place) &&
            ga_pair_is_flat(trial->pairs.pair + place)) {
            break;
        }
    }
    ga_trial_describe_plateau(trial);
    const ga_stage next = ga_trial_settle_plateau(trial);
    return next == GA_STAGE_DONE ? next : go_on(trial);
}

ga_stage ga_trial_open(ga_trial *trial)
{
    if (!open_first(trial)) {
        return ga_trial_end(trial, GA_PROBE_NONFINITE, GA_NOT_FINITE);
    }
    if (!open_second(trial)) {
        return ga_trial_end(trial, GA_PROBE_INCONCLUSIVE, GA_NO_ROOM);
    }
    if (ga_pair_is_flat(trial->pairs.pair) && ga_pair_is_flat(trial->pairs.pair + 1)) {
        const ga_stage next = settle_flat(trial);
        if (next == GA_STAGE_DONE) {
            return next;
        }
    }
    trial->out->lesson.moves = 1;
    return GA_STAGE_JUDGE;
}
