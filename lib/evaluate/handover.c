/*
 * Bytes from a child that may die at any instruction to a parent that trusts none of it.
 */
#include "child.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define END_MARK 0x67615f646f6e6521u /* "ga_done!" */

/* Address space only, pages come when they are written; where even that is rationed (ulimit -v,
 * strict overcommit), less is tried, down to what a small result needs. */
static const size_t largest = (size_t)1 << (sizeof(size_t) == 8 ? 33 : 28);
static const size_t smallest = (size_t)1 << 22;

typedef struct slot_header {
    uint64_t number; /* of the send, from 1; 0 while it is being written */
    uint64_t size;
    uint64_t checksum;
} slot_header;

typedef struct end_mark {
    uint64_t mark, sent;
} end_mark;

/* FNV-1a, 64 bit, over the bytes and what is said of them. */
static uint64_t checksum(const slot_header *header, const unsigned char *bytes)
{
    uint64_t hash = 0xcbf29ce484222325u ^ header->number ^ header->size << 20;
    for (size_t i = 0; i < header->size; i++) {
        hash = (hash ^ bytes[i]) * 0x100000001b3u;
    }
    return hash;
}

static unsigned char *slot_of(const ga_handover *handover, uint64_t number)
{
    return handover->bytes + handover->page + (number & 1) * handover->slot;
}

static void set_access(const ga_handover *handover, int access)
{
    (void)mprotect(handover->bytes, handover->page + 2 * handover->slot, access);
}

ga_status ga_handover_open(ga_handover *handover)
{
    *handover = (ga_handover){.page = (size_t)sysconf(_SC_PAGESIZE)};
    for (size_t total = largest; total >= smallest; total /= 2) {
        void *const bytes = mmap(NULL, handover->page + total, PROT_NONE,
                                 MAP_SHARED | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
        if (bytes != MAP_FAILED) {
            handover->bytes = bytes;
            handover->slot = total / 2;
            return GA_OK;
        }
    }
    return GA_ENOMEM;
}

void ga_handover_close(ga_handover *handover)
{
    if (handover->bytes) {
        (void)munmap(handover->bytes, handover->page + 2 * handover->slot);
        handover->bytes = NULL;
    }
}

ga_status ga_handover_send(ga_handover *handover, const void *bytes, size_t size)
{
    if (size > handover->slot - sizeof(slot_header)) {
        return GA_ENOMEM;
    }
    set_access(handover, PROT_READ | PROT_WRITE);
    const uint64_t number = handover->sent + 1;
    unsigned char *const slot = slot_of(handover, number);
    slot_header header = {.number = 0, .size = size};
    memcpy(slot, &header, sizeof header);
    if (size > 0) {
        memcpy(slot + sizeof header, bytes, size);
    }
    header.number = number;
    header.checksum = checksum(&header, slot + sizeof header);
    memcpy(slot, &header, sizeof header);
    handover->sent = number;
    set_access(handover, PROT_NONE);
    return GA_OK;
}

void ga_handover_finish(ga_handover *handover)
{
    set_access(handover, PROT_READ | PROT_WRITE);
    const end_mark end = {.mark = END_MARK, .sent = handover->sent};
    memcpy(handover->bytes, &end, sizeof end);
    set_access(handover, PROT_NONE);
}

/* A copy of what the slot holds if it is whole; the copy is what is checked. */
static unsigned char *take(const ga_handover *handover, const unsigned char *slot, size_t *size)
{
    slot_header header;
    memcpy(&header, slot, sizeof header);
    if (header.number == 0 || header.size > handover->slot - sizeof header) {
        return NULL;
    }
    unsigned char *const copy = malloc(header.size > 0 ? (size_t)header.size : 1);
    if (!copy) {
        return NULL;
    }
    memcpy(copy, slot + sizeof header, (size_t)header.size);
    if (checksum(&header, copy) != header.checksum) {
        free(copy);
        return NULL;
    }
    *size = (size_t)header.size;
    return copy;
}

static uint64_t number_of(const unsigned char *slot)
{
    slot_header header;
    memcpy(&header, slot, sizeof header);
    return header.number;
}

ga_delivery ga_handover_receive(ga_handover *handover, unsigned char **data, size_t *size)
{
    set_access(handover, PROT_READ);
    end_mark end;
    memcpy(&end, handover->bytes, sizeof end);

    const unsigned char *newer = slot_of(handover, 0);
    const unsigned char *older = slot_of(handover, 1);
    if (number_of(newer) < number_of(older)) {
        const unsigned char *const swap = newer;
        newer = older;
        older = swap;
    }
    *size = 0;
    *data = take(handover, newer, size);
    const uint64_t taken = *data ? number_of(newer) : 0;
    if (!*data) {
        *data = take(handover, older, size);
    }
    if (end.mark != END_MARK) {
        return GA_DELIVERY_UNFINISHED;
    }
    return end.sent == taken ? GA_DELIVERY_WHOLE : GA_DELIVERY_GARBLED;
}
