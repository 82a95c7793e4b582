/*
 * The mixing function is the finaliser of SplitMix64, with the golden-ratio increment between
 * words: Steele, Lea and Flood, "Fast splittable pseudorandom number generators", OOPSLA 2014,
 * section 5; constants from Stafford's variant 13. One round per word is enough: each word passes
 * through all later rounds, and the shortest path is one full avalanche.
 */
#include "hash.h"

static uint64_t mix(uint64_t z)
{
    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return z ^ (z >> 31);
}

static uint64_t absorb(uint64_t state, uint64_t word)
{
    const uint64_t golden = UINT64_C(0x9e3779b97f4a7c15); /* 2^64 / golden ratio, odd */
    return mix(state + golden + mix(word + golden));
}

uint64_t ga_hash(uint64_t seed, uint64_t stream, ga_purpose purpose, uint64_t counter)
{
    return absorb(absorb(absorb(mix(seed), stream), (uint64_t)purpose), counter);
}

double ga_hash_uniform(uint64_t bits)
{
    return (double)(bits >> 11) * 0x1p-53;
}
