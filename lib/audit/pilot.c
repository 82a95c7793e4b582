/*
 * The pilot: a few elements that are probed before all others, in a fixed order. What they teach of
 * the loss as a whole is constant from then on, and a common ratio would show in them.
 */
#include "study.h"

#include <math.h>

enum {
    PILOT_LARGEST = 8,
    PILOT_RANDOM = 4
};

int ga_study_in_pilot(const ga_pilot_probe *pilot, size_t count, size_t b, size_t index)
{
    for (size_t i = 0; i < count; i++) {
        if (pilot[i].block == b && pilot[i].index == index) {
            return 1;
        }
    }
    return 0;
}

/* The elements of a variable with the largest loss changes, the largest first; returns how many. */
static size_t find_largest(const ga_evidence *evidence, size_t b, size_t out[PILOT_LARGEST])
{
    const ga_block *const block = &evidence->problem->blocks[b];
    double changes[PILOT_LARGEST];
    size_t count = 0;
    for (size_t i = 0; i < block->count; i++) {
        const double change =
            fabs(ga_study_claimed(evidence, b, i)) * ga_study_scale(evidence, b, i);
        if ((count == PILOT_LARGEST && !(change > changes[count - 1])) ||
            !ga_study_is_judgeable(evidence, b, i)) {
            continue;
        }
        size_t place = count < PILOT_LARGEST ? count++ : count - 1;
        for (; place > 0 && change > changes[place - 1]; place--) {
            changes[place] = changes[place - 1];
            out[place] = out[place - 1];
        }
        changes[place] = change;
        out[place] = i;
    }
    return count;
}

/* A few of the largest, spread over the variables, and a few at random. */
static size_t choose_pilot(const ga_evidence *evidence, ga_pilot_probe pilot[GA_PILOT_MOST])
{
    const size_t blocks = evidence->home->block_count;
    size_t judged = 0;
    for (size_t b = 0; b < blocks; b++) {
        judged += ga_study_judges(evidence, b) != 0;
    }
    const size_t stride = judged > PILOT_LARGEST ? (judged + PILOT_LARGEST - 1) / PILOT_LARGEST : 1;
    size_t chosen[PILOT_LARGEST];
    size_t largest[PILOT_LARGEST][PILOT_LARGEST];
    size_t found[PILOT_LARGEST];
    size_t lists = 0;
    for (size_t b = 0, nth = 0; b < blocks && lists < PILOT_LARGEST; b++) {
        if (ga_study_judges(evidence, b) && nth++ % stride == 0) {
            chosen[lists] = b;
            found[lists] = find_largest(evidence, b, largest[lists]);
            lists++;
        }
    }
    size_t count = 0;
    for (size_t round = 0; round < PILOT_LARGEST; round++) {
        for (size_t k = 0; k < lists && count < PILOT_LARGEST; k++) {
            if (round < found[k]) {
                pilot[count++] = (ga_pilot_probe){.block = chosen[k], .index = largest[k][round]};
            }
        }
    }
    for (uint64_t k = 0; k < PILOT_RANDOM && judged > 0; k++) {
        const uint64_t bits = ga_hash(evidence->options.seed, k, GA_FOR_PILOT, 0);
        const size_t b = (size_t)(bits % blocks);
        const size_t index = (size_t)((bits >> 32) % evidence->problem->blocks[b].count);
        if (ga_study_judges(evidence, b) && ga_study_is_judgeable(evidence, b, index) &&
            !ga_study_in_pilot(pilot, count, b, index)) {
            pilot[count++] = (ga_pilot_probe){.block = b, .index = index};
        }
    }
    return count;
}

size_t ga_study_pilot(ga_evidence *evidence, ga_pilot_probe pilot[GA_PILOT_MOST])
{
    const size_t chosen = choose_pilot(evidence, pilot);
    for (size_t i = 0; i < chosen; i++) {
        pilot[i].claimed = ga_study_claimed(evidence, pilot[i].block, pilot[i].index);
        if (!ga_study_probe(evidence, pilot[i].block, pilot[i].index, &pilot[i].probe)) {
            return i;
        }
        ga_profile_learn(&evidence->profile, &pilot[i].probe);
    }
    return chosen;
}
