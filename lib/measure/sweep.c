/*
 * The passes over all elements, eight at a time.
 *
 * Written with the vector types of gcc and clang rather than left to the optimiser, so that they
 * are fast at any level of optimisation and add in the same order. For x86-64 they are compiled
 * twice, and the processor decides at run time: by a branch for each block, since ifuncs are
 * resolved before a sanitizer is ready.
 *
 * The 32 bits of an element are a counter that went through two rounds of multiplication and
 * xor-shift, keyed before each. Multipliers and shifts are those that Wellons found by a search for
 * the least bias ("Prospecting for hash functions", 2018, lowbias32). With a key before the first
 * round only, all directions would be permutations of each other.
 */
#include "sweep.h"

#include "hash.h"

#include <float.h>
#include <string.h>
#if defined(__x86_64__) && !defined(GA_SWEEP_GENERIC) /* a test asks for the generic passes */
#define HAS_AVX2_TWINS 1
#include <immintrin.h>
#else
#define HAS_AVX2_TWINS 0
#endif

enum {
    LANES = 8,   /* partial sums, whatever the width of the machine's vectors */
    BLOCK = 1024 /* elements whose partial sums are reduced at once: rounding grows with blocks */
};

typedef uint32_t words __attribute__((vector_size(32)));
typedef float floats __attribute__((vector_size(32)));
typedef float half __attribute__((vector_size(16)));
typedef double quad __attribute__((vector_size(32)));
typedef int64_t flags __attribute__((vector_size(32))); /* of a quad: all ones, or 0 */

/* One block: elements whose numbers share their upper half. */
typedef struct work {
    ga_sweep_kind kind;
    double scale, instead, t;
    uint32_t before, between; /* keys of the two rounds */
    uint32_t first;           /* lower half of the first element's number */
    size_t count;             /* a multiple of LANES */
} work;

#define INSIDE static inline __attribute__((always_inline))

/* where ? yes : no, in each of four places */
#define CHOOSE(where, yes, no) ((quad)(((flags)(yes) & (where)) | ((flags)(no) & ~(where))))

/* xi = +-U(0.5, 1.5) for eight numbers: the sign is the top bit, the size the lower 23 bits. By
 * address, as the way of a vector by value depends on the instruction set. */
INSIDE void draw_hybrid(const work *job, uint32_t number, float xi[LANES])
{
    words z = (words){0, 1, 2, 3, 4, 5, 6, 7} + (number + job->before);
    z ^= z >> 16;
    z *= UINT32_C(0x7feb352d);
    z ^= z >> 15;
    z ^= job->between;
    z *= UINT32_C(0x846ca68b);
    z ^= z >> 16;
    const floats mantissa = (floats)((z & UINT32_C(0x7fffff)) | UINT32_C(0x3f800000));
    const words signed_size = (words)(mantissa - 0.5F) | (z & UINT32_C(0x80000000));
    memcpy(xi, &signed_size, sizeof signed_size);
}

#define GENERIC_WIDEN(part) __builtin_convertvector((part), quad)
#define AVX2_WIDEN(part) ((quad)_mm256_cvtps_pd((__m128)(part))) /* gcc 12 takes it apart else */
#define AS_IT_IS(part) (part)

#define NUMBER float
#define four half
#define WIDEN GENERIC_WIDEN
#define WIDEN_FLOATS GENERIC_WIDEN
#define TARGET
#define NAME(stem) stem##_f32
#include "sweep_body.h"

#define NUMBER double
#define four quad
#define WIDEN AS_IT_IS
#define WIDEN_FLOATS GENERIC_WIDEN
#define TARGET
#define NAME(stem) stem##_f64
#include "sweep_body.h"

#if HAS_AVX2_TWINS

#define NUMBER float
#define four half
#define WIDEN AVX2_WIDEN
#define WIDEN_FLOATS AVX2_WIDEN
#define TARGET __attribute__((target("avx2")))
#define NAME(stem) stem##_f32_avx2
#include "sweep_body.h"

#define NUMBER double
#define four quad
#define WIDEN AS_IT_IS
#define WIDEN_FLOATS AVX2_WIDEN
#define TARGET __attribute__((target("avx2")))
#define NAME(stem) stem##_f64_avx2
#include "sweep_body.h"

#define BEST(pass) (__builtin_cpu_supports("avx2") ? pass##_avx2 : pass)
#else
#define BEST(pass) (pass)
#endif

/*
 * Sets *out to the block that begins with element `number`, and returns how many of the `left`
 * elements it covers. Fewer than LANES: the caller does it on copies of that length.
 */
static size_t next_block(const ga_sweep *sweep, uint64_t number, size_t left, double t, work *out)
{
    const uint64_t keys = ga_hash(sweep->key, number >> 32, GA_FOR_COURSE, 0);
    const uint64_t to_boundary = (UINT64_C(1) << 32) - (number & UINT32_MAX);
    size_t count = left < BLOCK ? left : BLOCK;
    count = count < to_boundary ? count : (size_t)to_boundary;
    if (count > LANES) {
        count -= count % LANES;
    }
    *out = (work){
        .kind = sweep->kind,
        .scale = sweep->scale,
        .instead = sweep->instead,
        .t = t,
        .before = (uint32_t)keys,
        .between = (uint32_t)(keys >> 32),
        .first = (uint32_t)number,
        .count = count < LANES ? LANES : count,
    };
    return count;
}

/* The two public passes for one type. */
#define DEFINE_SWEEP(NUMBER, suffix)                                                               \
    double ga_sweep_##suffix(const ga_sweep *sweep, const NUMBER *x, const NUMBER *g, NUMBER *out, \
                             uint64_t first, size_t count, double t)                               \
    {                                                                                              \
        double sum = 0.0;                                                                          \
        for (size_t i = 0, n = 0; i < count; i += n) {                                             \
            work job;                                                                              \
            n = next_block(sweep, first + i, count - i, t, &job);                                  \
            if (n >= LANES) {                                                                      \
                sum += BEST(move_##suffix)(&job, x + i, g + i, out + i);                           \
                continue;                                                                          \
            }                                                                                      \
            NUMBER at[LANES] = {0};                                                                \
            NUMBER slope[LANES] = {0};                                                             \
            NUMBER moved[LANES];                                                                   \
            memcpy(at, x + i, n * sizeof *at);                                                     \
            memcpy(slope, g + i, n * sizeof *slope);                                               \
            sum += BEST(move_##suffix)(&job, at, slope, moved);                                    \
            memcpy(out + i, moved, n * sizeof *moved);                                             \
        }                                                                                          \
        return sum;                                                                                \
    }                                                                                              \
                                                                                                   \
    void ga_sweep_shares_##suffix(const ga_sweep *sweep, const NUMBER *x, const NUMBER *g,         \
                                  uint64_t first, size_t count, double *v)                         \
    {                                                                                              \
        for (size_t i = 0, n = 0; i < count; i += n) {                                             \
            work job;                                                                              \
            n = next_block(sweep, first + i, count - i, 0.0, &job);                                \
            if (n >= LANES) {                                                                      \
                BEST(share_##suffix)(&job, x + i, g + i, v + i);                                   \
                continue;                                                                          \
            }                                                                                      \
            NUMBER at[LANES] = {0};                                                                \
            NUMBER slope[LANES] = {0};                                                             \
            double share[LANES];                                                                   \
            memcpy(at, x + i, n * sizeof *at);                                                     \
            memcpy(slope, g + i, n * sizeof *slope);                                               \
            BEST(share_##suffix)(&job, at, slope, share);                                          \
            memcpy(v + i, share, n * sizeof *share);                                               \
        }                                                                                          \
    }

DEFINE_SWEEP(float, f32)
DEFINE_SWEEP(double, f64)
