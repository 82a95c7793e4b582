/* See order.h. */
#include "order.h"

#include "hash.h"

enum {
    ROUNDS = 6
}; /* four make a Feistel network pseudo-random (Luby & Rackoff 1988) */

ga_order ga_order_new(uint64_t count, uint64_t seed, int random)
{
    unsigned half_bits = 1;
    while (half_bits < 31 && (UINT64_C(1) << (2 * half_bits)) < count) {
        half_bits++;
    }
    return (ga_order){
        .count = count, .seed = seed, .half_bits = random && count > 1 ? half_bits : 0};
}

static uint64_t permute(const ga_order *order, uint64_t value)
{
    const uint64_t mask = (UINT64_C(1) << order->half_bits) - 1;
    uint64_t left = value >> order->half_bits;
    uint64_t right = value & mask;
    for (unsigned round = 0; round < ROUNDS; round++) {
        const uint64_t mixed = ga_hash(order->seed, round, GA_FOR_ORDER, right) & mask;
        const uint64_t next = left ^ mixed;
        left = right;
        right = next;
    }
    return left << order->half_bits | right;
}

uint64_t ga_order_at(const ga_order *order, uint64_t place)
{
    if (order->half_bits == 0) {
        return place;
    }
    uint64_t value = permute(order, place);
    while (value >= order->count) { /* at most a few times: the domain is under 4 times as large */
        value = permute(order, value);
    }
    return value;
}
