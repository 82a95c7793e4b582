/*
 * The two passes of sweep.c, included there once for each type of element and instruction set.
 *
 * Before: NUMBER, the type of an element; four, the vector of four of them; WIDEN, from four to
 * quad; TARGET, the instruction set; NAME(stem), what to call it all. All are undefined again here.
 */

/* Four elements: where they are, their slopes and their shares. */
typedef struct NAME(group) {
    quad at, slope;
    quad share;   /* 0 where the slope is not finite */
    flags finite; /* where it is */
} NAME(group);

/* `xi`: four of the eight numbers of draw_hybrid(). */
TARGET INSIDE void NAME(draw)(const work *job, ga_sweep_kind kind, int own, const NUMBER *x,
                              const NUMBER *g, const float *xi, NAME(group) * out)
{
    const quad zero = {0};
    const quad one = {1, 1, 1, 1};
    four stored;
    memcpy(&stored, x, sizeof stored);
    out->at = WIDEN(stored);
    memcpy(&stored, g, sizeof stored);
    out->slope = WIDEN(stored);
    if (kind == GA_SWEEP_HYBRID) {
        half part;
        memcpy(&part, xi, sizeof part);
        out->share = WIDEN_FLOATS(part);
    } else {
        const flags falling = out->slope < 0.0;
        out->share = CHOOSE(falling, -one, one);
    }
    if (own) {
        const flags falling = out->at < 0.0;
        const flags vanishing = out->at == 0.0;
        const quad size = CHOOSE(falling, -out->at, out->at);
        out->share *= CHOOSE(vanishing, zero + job->instead, size);
    } else {
        out->share *= job->scale;
    }
    out->finite = (out->slope >= -DBL_MAX) & (out->slope <= DBL_MAX);
    out->share = CHOOSE(out->finite, out->share, zero);
}

TARGET INSIDE void NAME(move_group)(const work *job, const NAME(group) * group, NUMBER *out,
                                    quad *sum)
{
    const quad zero = {0};
    /* not at + 0, which loses the sign of -0 */
    const quad moved = CHOOSE(group->finite, group->at + job->t * group->share, group->at);
    const four stored = __builtin_convertvector(moved, four);
    memcpy(out, &stored, sizeof stored);
    const quad change = group->slope * (WIDEN(stored) - group->at);
    *sum += CHOOSE(group->finite, change, zero);
}

TARGET INSIDE double NAME(move_mode)(const work *job, ga_sweep_kind kind, int own, const NUMBER *x,
                                     const NUMBER *g, NUMBER *out)
{
    quad low = {0};
    quad high = {0};
    for (size_t i = 0; i < job->count; i += LANES) {
        float xi[LANES];
        NAME(group) group;
        if (kind == GA_SWEEP_HYBRID) {
            draw_hybrid(job, job->first + (uint32_t)i, xi);
        }
        NAME(draw)(job, kind, own, x + i, g + i, xi, &group);
        NAME(move_group)(job, &group, out + i, &low);
        NAME(draw)(job, kind, own, x + i + 4, g + i + 4, xi + 4, &group);
        NAME(move_group)(job, &group, out + i + 4, &high);
    }
    low += high;
    return (low[0] + low[2]) + (low[1] + low[3]);
}

TARGET INSIDE void NAME(share_mode)(const work *job, ga_sweep_kind kind, int own, const NUMBER *x,
                                    const NUMBER *g, double *out)
{
    for (size_t i = 0; i < job->count; i += LANES) {
        float xi[LANES];
        NAME(group) group;
        if (kind == GA_SWEEP_HYBRID) {
            draw_hybrid(job, job->first + (uint32_t)i, xi);
        }
        NAME(draw)(job, kind, own, x + i, g + i, xi, &group);
        memcpy(out + i, &group.share, sizeof group.share);
        NAME(draw)(job, kind, own, x + i + 4, g + i + 4, xi + 4, &group);
        memcpy(out + i + 4, &group.share, sizeof group.share);
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
