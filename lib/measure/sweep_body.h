/*
 * The two passes of sweep.c, included there once for each type of element and instruction set.
 *
 * Before: NUMBER, the type of an element; four, the vector of four of them; WIDEN, from four to
 * quad; TARGET, the instruction set; NAME(stem), what to call it all. All are undefined again here.
 */

/* LANES shares from element i of the job on; `share` is 0, and `finite` too, where g is not finite.
 * at and slope are x and g. */
TARGET INSIDE void NAME(draw)(const work *job, ga_sweep_kind kind, int own, const NUMBER *x,
                              const NUMBER *g, size_t i, quad at[2], quad slope[2], quad share[2],
                              flags finite[2])
{
    const quad zero = {0};
    const quad one = {1, 1, 1, 1};
    floats xi;
    if (kind == GA_SWEEP_HYBRID) {
        draw_hybrid(job, job->first + (uint32_t)i, &xi);
    }
    for (size_t k = 0; k < 2; k++) {
        four stored;
        memcpy(&stored, x + i + 4 * k, sizeof stored);
        at[k] = WIDEN(stored);
        memcpy(&stored, g + i + 4 * k, sizeof stored);
        slope[k] = WIDEN(stored);
        if (kind == GA_SWEEP_HYBRID) {
            half part;
            memcpy(&part, (const char *)&xi + k * sizeof part, sizeof part);
            share[k] = WIDEN_FLOATS(part);
        } else {
            const flags falling = slope[k] < 0.0;
            share[k] = CHOOSE(falling, -one, one);
        }
        if (own) {
            const flags falling = at[k] < 0.0;
            const flags vanishing = at[k] == 0.0;
            const quad size = CHOOSE(falling, -at[k], at[k]);
            share[k] *= CHOOSE(vanishing, zero + job->instead, size);
        } else {
            share[k] *= job->scale;
        }
        finite[k] = (slope[k] >= -DBL_MAX) & (slope[k] <= DBL_MAX);
        share[k] = CHOOSE(finite[k], share[k], zero);
    }
}

TARGET INSIDE double NAME(move_mode)(const work *job, ga_sweep_kind kind, int own, const NUMBER *x,
                                     const NUMBER *g, NUMBER *out)
{
    const quad zero = {0};
    quad sum[2] = {{0}, {0}};
    for (size_t i = 0; i < job->count; i += LANES) {
        quad at[2];
        quad slope[2];
        quad share[2];
        flags finite[2];
        NAME(draw)(job, kind, own, x, g, i, at, slope, share, finite);
        for (size_t k = 0; k < 2; k++) {
            /* not at + 0, which loses the sign of -0 */
            const quad moved = CHOOSE(finite[k], at[k] + job->t * share[k], at[k]);
            const four stored = __builtin_convertvector(moved, four);
            memcpy(out + i + 4 * k, &stored, sizeof stored);
            const quad change = slope[k] * (WIDEN(stored) - at[k]);
            sum[k] += CHOOSE(finite[k], change, zero);
        }
    }
    sum[0] += sum[1];
    return (sum[0][0] + sum[0][2]) + (sum[0][1] + sum[0][3]);
}

TARGET INSIDE void NAME(share_mode)(const work *job, ga_sweep_kind kind, int own, const NUMBER *x,
                                    const NUMBER *g, double *out)
{
    for (size_t i = 0; i < job->count; i += LANES) {
        quad at[2];
        quad slope[2];
        quad share[2];
        flags finite[2];
        NAME(draw)(job, kind, own, x, g, i, at, slope, share, finite);
        memcpy(out + i, share, sizeof share);
    }
}

/* Which loop it is, is settled outside of it. */
TARGET static double NAME(move)(const work *job, const NUMBER *x, const NUMBER *g, NUMBER *out)
{
    const int own = job->scale == 0.0;
    if (job->kind == GA_SWEEP_SIGN) {
        return own ? NAME(move_mode)(job, GA_SWEEP_SIGN, 1, x, g, out)
                   : NAME(move_mode)(job, GA_SWEEP_SIGN, 0, x, g, out);
    }
    return own ? NAME(move_mode)(job, GA_SWEEP_HYBRID, 1, x, g, out)
               : NAME(move_mode)(job, GA_SWEEP_HYBRID, 0, x, g, out);
}

TARGET static void NAME(share)(const work *job, const NUMBER *x, const NUMBER *g, double *out)
{
    const int own = job->scale == 0.0;
    if (job->kind == GA_SWEEP_SIGN) {
        if (own) {
            NAME(share_mode)(job, GA_SWEEP_SIGN, 1, x, g, out);
        } else {
            NAME(share_mode)(job, GA_SWEEP_SIGN, 0, x, g, out);
        }
    } else if (own) {
        NAME(share_mode)(job, GA_SWEEP_HYBRID, 1, x, g, out);
    } else {
        NAME(share_mode)(job, GA_SWEEP_HYBRID, 0, x, g, out);
    }
}

#undef NUMBER
#undef four
#undef WIDEN
#undef WIDEN_FLOATS
#undef TARGET
#undef NAME
