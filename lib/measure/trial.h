/*
 * The probe of one element, as a trial that passes from stage to stage.
 *
 *     glance ──> open ──> judge <──> descend ──> repeat ──> doubt ──> done
 *        │         │        │          │            │
 *        └─────────┴────────┴──────────┴────────────┴──> done       aside (near a bound) ──> done
 *
 * Each stage is one file and one function that looks at the trial, evaluates what it needs, and
 * returns the next stage. A stage that returns GA_STAGE_DONE has filled in the verdict.
 */
#ifndef GA_MEASURE_TRIAL_H
#define GA_MEASURE_TRIAL_H

#include "estimate.h"
#include "probe.h"
#include "watch.h"

typedef enum ga_stage {
    GA_STAGE_GLANCE,
    GA_STAGE_OPEN,
    GA_STAGE_JUDGE,
    GA_STAGE_DESCEND,
    GA_STAGE_REPEAT,
    GA_STAGE_DOUBT,
    GA_STAGE_ASIDE,
    GA_STAGE_REHEAR, /* begin again: the noise is larger than the profile says */
    GA_STAGE_DONE
} ga_stage;

typedef struct ga_trial {
    const ga_profile *profile;
    const ga_claim *claim;
    ga_probe *out;
    ga_watch watch;
    ga_pairs pairs;
    ga_estimate estimate; /* from the pairs under judgement */

    double noise;     /* standard deviation of the loss along this element, as believed now */
    double scale;     /* the line's scale, made safe to divide by */
    double least;     /* shortest step worth taking */
    double longest;   /* longest step that may still be tried */
    double opening;   /* first step, before jitter */
    double allowed;   /* what g may err */
    double tolerance; /* the same, or rtol of the scale if that is more */
    double bend;      /* |f''| times the line's scale, as a slope; 0 if not a parabola */

    int first;         /* pairs from here on are judged; above 0 when longer steps are given up */
    int pairs_most;    /* pairs that may be spent before a decision */
    int patient;       /* pairs_most was set by hand: after a descent, or with less noise */
    int downs;         /* shorter steps taken by judge */
    int ups;           /* longer ones, in units that end at 3 */
    double bar_before; /* bar before the last shorter step */
    int relaxed;       /* the noise was found to be less than the profile says */
    int reheard;       /* ... or more, and the trial begun again */
    double heard;      /* with this noise */
    int repeated;      /* `pairs` are the fresh ones of the repeat stage */
    int kinked;        /* the verdict in doubt is that g lies outside a kink */
    int edge;          /* a step met values that are not finite */
} ga_trial;

ga_stage ga_trial_glance(ga_trial *trial); /* glance.c: two evaluations for an obvious agreement */
ga_stage ga_trial_open(ga_trial *trial);   /* open.c: the first two pairs; flat losses end here */
ga_stage ga_trial_judge(ga_trial *trial);  /* judge.c: is the bar good enough, would a pair help? */
ga_stage ga_trial_descend(ga_trial *trial); /* descend.c: shorter steps to settle a disagreement */
ga_stage ga_trial_repeat(ga_trial *trial);  /* repeat.c: an independent second estimate */
ga_stage ga_trial_doubt(ga_trial *trial);   /* doubt.c: what must be ruled out before a FAIL */
ga_stage ga_trial_aside(ga_trial *trial);   /* aside.c: one-sided, near a bound */

/* Fill in verdict and reason, and what limits the bar; returns GA_STAGE_DONE. */
ga_stage ga_trial_end(ga_trial *trial, ga_probe_verdict verdict, ga_probe_reason reason);

/* Set value, bar and step of the answer, and its resolution: no fault above it can have hidden. */
void ga_trial_state(ga_trial *trial, const ga_estimate *estimate, const ga_pairs *pairs);

/* Update scale, allowed and tolerance from |f''| s = bend, which is remembered. */
void ga_trial_weigh(ga_trial *trial, double bend);

/* Whether a bar is narrow enough for a PASS that states it. */
int ga_trial_acceptable(const ga_trial *trial, double bar);

/* Ask whether this element is less noisy than believed, at steps near h; 1 if so. */
int ga_trial_relax(ga_trial *trial, double h);

/* plateau.c: fill in flat_step and far_slope; 1 if the loss leaves a plateau within the pairs. */
int ga_trial_find_plateau(ga_trial *trial);

/* plateau.c: the same, and follow it if it matters: if the slope beyond predicts a visible change.
 */
void ga_trial_describe_plateau(ga_trial *trial);

/*
 * plateau.c: two evaluations so close to x that a loss with a slope would just show it. Fills in
 * flat_step, far_slope and motion; 1 if the loss rests there and jumps farther off.
 */
int ga_trial_seek_plateau(ga_trial *trial);

/*
 * jump.c: does the loss jump at x, within the smallest usable step? Fills in jump. Costs nothing
 * where the pairs do not look like it.
 */
int ga_trial_seek_jump(ga_trial *trial);

/* plateau.c: would a slope of g have moved the loss visibly at h, whatever its quantum? */
int ga_trial_shows_slope(const ga_trial *trial, double h);

/*
 * plateau.c: after that, does the loss leave the plateau by a jump? Fills in motion; a change below
 * `small`, found on the way out, shows that it moves continuously instead.
 */
int ga_trial_follow_plateau(ga_trial *trial, double small);

/*
 * plateau.c: before a FAIL of a gradient of 0: is the loss flat at working scale around x, where
 * the measured slope predicts a visible change? Then 0 is the slope at x, if not the one that
 * matters.
 */
int ga_trial_stands_on_plateau(ga_trial *trial);

/*
 * plateau.c: inconclusive, unless the loss turns out to be flat at x and to move from some point
 * on: then its slope is 0, and g is right or wrong.
 */
ga_stage ga_trial_leave_open(ga_trial *trial, ga_probe_reason reason);

/* plateau.c: g, next to a measured slope of 0 +- bar: the same, as far as the options ask? */
int ga_trial_agrees_with_zero(const ga_trial *trial, double bar);

/* plateau.c: the slope is 0 up to flat_step; done if that decides about g, else GA_STAGE_JUDGE. */
ga_stage ga_trial_settle_plateau(ga_trial *trial);

/* micro.c: pass, unless the slope up close contradicts. */
ga_stage ga_trial_pass(ga_trial *trial, ga_probe_reason reason);

/* micro.c: before a FAIL, ask for slopes up close; done, or GA_STAGE_DOUBT if they change nothing.
 */
ga_stage ga_trial_ask_micro(ga_trial *trial);

/* micro.c: inconclusive, with a bar that takes in both g and the measured slope. */
ga_stage ga_trial_give_up(ga_trial *trial, ga_probe_reason reason);

/*
 * Ask, before a FAIL on a clean loss, whether its noise was missed: 1 if so, and the trial is to
 * begin again with lesson.noise.
 */
int ga_trial_noise_was_missed(ga_trial *trial);

/*
 * The verdict does not stand with the noise that a fresh table shows: begin the trial again with
 * that noise, or end it if that was done before.
 */
ga_stage ga_trial_hear_again(ga_trial *trial, double noise);

/* |g - value|, NaN if there is no value. */
double ga_trial_gap(const ga_trial *trial, double value);

#endif
