/*
 * A reader of shared objects: header, program headers, dynamic section, one symbol.
 *
 * It follows the path of the dynamic linker (program headers, not sections), so that stripped files
 * are no different. The layout: System V ABI, "Object Files" and "Dynamic Linking"; the GNU hash
 * table is described by its writer in binutils, bfd/elflink.c.
 */
#include "inspect.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#if defined(__x86_64__)
#define HOST_MACHINE EM_X86_64
#elif defined(__aarch64__)
#define HOST_MACHINE EM_AARCH64
#elif defined(__riscv)
#define HOST_MACHINE EM_RISCV
#elif defined(__powerpc64__)
#define HOST_MACHINE EM_PPC64
#elif defined(__s390x__)
#define HOST_MACHINE EM_S390
#elif defined(__i386__)
#define HOST_MACHINE EM_386
#elif defined(__arm__)
#define HOST_MACHINE EM_ARM
#else
#define HOST_MACHINE EM_NONE /* unknown: left to the dynamic linker */
#endif

#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
#define HOST_ORDER ELFDATA2LSB
#else
#define HOST_ORDER ELFDATA2MSB
#endif

enum {
    HOST_CLASS = sizeof(void *) == 8 ? ELFCLASS64 : ELFCLASS32,
    LONGEST_CHAIN = 1 << 20 /* symbols or entries looked at before a table counts as damaged */
};

static ga_status refuse(char *why, size_t size, const char *format, ...) GA_PRINTF(3, 4);
static ga_status refuse(char *why, size_t size, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    (void)vsnprintf(why, size, format, arguments);
    va_end(arguments);
    return GA_EINVAL;
}

static int within(const ga_elf *elf, uint64_t offset, uint64_t count)
{
    return offset <= elf->size && count <= elf->size - offset;
}

static int read_at(const ga_elf *elf, uint64_t offset, void *buffer, size_t count)
{
    if (!within(elf, offset, count)) {
        return 0;
    }
    size_t done = 0;
    while (done < count) {
        const ssize_t got =
            pread(elf->file, (char *)buffer + done, count - done, (off_t)(offset + done));
        if (got < 0 && errno == EINTR) {
            continue;
        }
        if (got <= 0) {
            return 0;
        }
        done += (size_t)got;
    }
    return 1;
}

static const char *machine_name(unsigned machine)
{
    switch (machine) {
    case EM_386:
        return "i386";
    case EM_X86_64:
        return "x86-64";
    case EM_ARM:
        return "arm";
    case EM_AARCH64:
        return "aarch64";
    case EM_RISCV:
        return "riscv";
    case EM_PPC:
        return "ppc";
    case EM_PPC64:
        return "ppc64";
    case EM_S390:
        return "s390";
    case EM_MIPS:
        return "mips";
    case EM_SPARCV9:
        return "sparc64";
    default:
        return "another machine";
    }
}

static ga_status open_regular(const char *path, ga_elf *elf, char *why, size_t why_size)
{
    /* not blocking: a fifo without a writer would wait for ever */
    elf->file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    struct stat status;
    if (elf->file < 0 || fstat(elf->file, &status) != 0) {
        (void)refuse(why, why_size, "%s",
                     errno == ENOENT   ? "no such file"
                     : errno == EACCES ? "permission denied"
                                       : strerror(errno));
        return GA_EIO;
    }
    if (S_ISDIR(status.st_mode)) {
        return refuse(why, why_size, "it is a directory");
    }
    if (!S_ISREG(status.st_mode)) {
        return refuse(why, why_size, "it is not a regular file");
    }
    if (status.st_size == 0) {
        return refuse(why, why_size, "the file is empty");
    }
    elf->size = (uint64_t)status.st_size;
    return GA_OK;
}

static int ends_with(const char *text, const char *end)
{
    const size_t length = strlen(text);
    const size_t tail = strlen(end);
    return length >= tail && strcmp(text + length - tail, end) == 0;
}

static ga_status refuse_stranger(const ga_elf *elf, const char *path, char *why, size_t why_size)
{
    char start[8] = "";
    if (read_at(elf, 0, start, sizeof start) && (memcmp(start, "!<arch>\n", sizeof start) == 0 ||
                                                 memcmp(start, "!<thin>\n", sizeof start) == 0)) {
        return refuse(why, why_size, "it is a static library; a plug-in is linked with cc -shared");
    }
    static const char *const sources[] = {".c", ".cc", ".cpp", ".cxx", ".C"};
    for (size_t i = 0; i < sizeof sources / sizeof *sources; i++) {
        if (ends_with(path, sources[i])) {
            return refuse(why, why_size,
                          "it is source code; compile it to a plug-in first: cc -shared -fPIC -g");
        }
    }
    return refuse(why, why_size, "it is not a shared object (no ELF header)");
}

static uint16_t swapped(uint16_t value)
{
    return (uint16_t)(value << 8 | value >> 8);
}

/* The identification and the header: is it an ELF file, for here, and a shared object? */
static ga_status read_header(ga_elf *elf, const char *path, char *why, size_t why_size)
{
    unsigned char ident[EI_NIDENT];
    if (!read_at(elf, 0, ident, SELFMAG) || memcmp(ident, ELFMAG, SELFMAG) != 0) {
        return refuse_stranger(elf, path, why, why_size);
    }
    uint16_t kind[2]; /* e_type, e_machine: in the same place for 32 and 64 bit */
    if (!read_at(elf, 0, ident, sizeof ident) || !read_at(elf, EI_NIDENT, kind, sizeof kind)) {
        return refuse(why, why_size, "the file is truncated: it ends within its header");
    }
    const unsigned machine = ident[EI_DATA] == HOST_ORDER ? kind[1] : swapped(kind[1]);
    const int is_here = ident[EI_CLASS] == HOST_CLASS && ident[EI_DATA] == HOST_ORDER &&
                        (machine == HOST_MACHINE || HOST_MACHINE == EM_NONE);
    if (!is_here) {
        return refuse(why, why_size, "it is built for %s (%s bit), this is %s",
                      machine_name(machine), ident[EI_CLASS] == ELFCLASS64 ? "64" : "32",
                      machine_name(HOST_MACHINE));
    }
    if (!read_at(elf, 0, &elf->header, sizeof elf->header)) {
        return refuse(why, why_size, "the file is truncated: it ends within its header");
    }
    if (elf->header.e_type == ET_REL) {
        return refuse(why, why_size,
                      "it is an object file, not yet linked; link it with cc -shared");
    }
    if (elf->header.e_type != ET_DYN) {
        return refuse(why, why_size,
                      "it is not a shared object; a plug-in is linked with cc -shared");
    }
    return GA_OK;
}

static int read_segment(const ga_elf *elf, size_t number, ElfW(Phdr) * segment)
{
    return read_at(elf, elf->header.e_phoff + number * sizeof *segment, segment, sizeof *segment);
}

/* Program and section headers must lie within the file, and so must every segment. */
static ga_status check_extent(ga_elf *elf, char *why, size_t why_size)
{
    const ElfW(Ehdr) *const header = &elf->header;
    if (header->e_phnum == 0 || header->e_phentsize != sizeof(ElfW(Phdr))) {
        return refuse(why, why_size, "the file is damaged: it has no usable program headers");
    }
    if (!within(elf, header->e_phoff, (uint64_t)header->e_phnum * sizeof(ElfW(Phdr)))) {
        return refuse(why, why_size, "the file is truncated: it ends before its program headers");
    }
    if (header->e_shoff != 0 &&
        !within(elf, header->e_shoff, (uint64_t)header->e_shnum * header->e_shentsize)) {
        return refuse(why, why_size, "the file is truncated: it ends before its section headers");
    }

    size_t loads = 0;
    for (size_t i = 0; i < header->e_phnum; i++) {
        ElfW(Phdr) segment;
        if (!read_segment(elf, i, &segment)) {
            return refuse(why, why_size, "its program headers cannot be read");
        }
        if ((segment.p_type == PT_LOAD || segment.p_type == PT_DYNAMIC) &&
            !within(elf, segment.p_offset, segment.p_filesz)) {
            return refuse(why, why_size, "the file is truncated: segment %zu lies beyond its end",
                          i);
        }
        if (segment.p_type == PT_LOAD) {
            loads++;
            if (segment.p_memsz < segment.p_filesz) {
                return refuse(why, why_size, "the file is damaged: segment %zu has no sense", i);
            }
        }
        if (segment.p_type == PT_DYNAMIC) {
            elf->dynamic = segment.p_offset;
            elf->dynamic_count = segment.p_filesz / sizeof(ElfW(Dyn));
        }
    }
    if (loads == 0 || elf->dynamic == 0) {
        return refuse(why, why_size, "the file is damaged: it has nothing to load");
    }
    return GA_OK;
}

/* Where in the file an address is; 0 when nowhere. */
static uint64_t file_offset(const ga_elf *elf, uint64_t address)
{
    for (size_t i = 0; i < elf->header.e_phnum; i++) {
        ElfW(Phdr) segment;
        if (read_segment(elf, i, &segment) && segment.p_type == PT_LOAD &&
            address >= segment.p_vaddr && address - segment.p_vaddr < segment.p_filesz) {
            return segment.p_offset + (address - segment.p_vaddr);
        }
    }
    return 0;
}

/* Entry `number` of the dynamic section; 0: that was the last one. */
static int read_dynamic(const ga_elf *elf, size_t number, ElfW(Dyn) * entry)
{
    return number < elf->dynamic_count && number < LONGEST_CHAIN &&
           read_at(elf, elf->dynamic + number * sizeof *entry, entry, sizeof *entry) &&
           entry->d_tag != DT_NULL;
}

static ga_status find_tables(ga_elf *elf, char *why, size_t why_size)
{
    ElfW(Dyn) entry;
    for (size_t i = 0; read_dynamic(elf, i, &entry); i++) {
        if (entry.d_tag == DT_STRTAB) {
            elf->strings = file_offset(elf, entry.d_un.d_ptr);
        } else if (entry.d_tag == DT_STRSZ) {
            elf->strings_size = entry.d_un.d_val;
        } else if (entry.d_tag == DT_SYMTAB) {
            elf->symbols = file_offset(elf, entry.d_un.d_ptr);
        } else if (entry.d_tag == DT_GNU_HASH) {
            elf->gnu_hash = file_offset(elf, entry.d_un.d_ptr);
        } else if (entry.d_tag == DT_HASH) {
            elf->sysv_hash = file_offset(elf, entry.d_un.d_ptr);
        } else if (entry.d_tag == DT_FLAGS_1) {
            elf->is_program = (entry.d_un.d_val & DF_1_PIE) != 0;
        }
    }
    if (elf->strings == 0 || elf->symbols == 0 || !within(elf, elf->strings, elf->strings_size)) {
        return refuse(why, why_size, "the file is damaged: its dynamic section leads nowhere");
    }
    return GA_OK;
}

ga_status ga_elf_open(const char *path, ga_elf *elf, char *why, size_t why_size)
{
    *elf = (ga_elf){.file = -1};
    ga_status status = open_regular(path, elf, why, why_size);
    if (status == GA_OK) {
        status = read_header(elf, path, why, why_size);
    }
    if (status == GA_OK) {
        status = check_extent(elf, why, why_size);
    }
    if (status == GA_OK) {
        status = find_tables(elf, why, why_size);
    }
    if (status != GA_OK) {
        ga_elf_close(elf);
    }
    return status;
}

void ga_elf_close(ga_elf *elf)
{
    if (elf->file >= 0) {
        (void)close(elf->file);
        elf->file = -1;
    }
}

/* Up to size - 1 bytes of the string at an offset of the string table; 0: there is none. */
static int read_string(const ga_elf *elf, uint64_t offset, char *text, size_t size)
{
    if (offset >= elf->strings_size) {
        return 0;
    }
    const uint64_t rest = elf->strings_size - offset;
    const size_t count = rest < size - 1 ? (size_t)rest : size - 1;
    text[count] = '\0';
    return read_at(elf, elf->strings + offset, text, count);
}

int ga_elf_needed(const ga_elf *elf, size_t number, char *text, size_t size)
{
    ElfW(Dyn) entry;
    for (size_t i = 0; read_dynamic(elf, i, &entry); i++) {
        if (entry.d_tag == DT_NEEDED && number-- == 0) {
            return read_string(elf, entry.d_un.d_val, text, size) ? 1 : -1;
        }
    }
    return 0;
}

/* Whether symbol `index` has this name and is defined here. 1, 0, or -1: out of the file. */
static int is_definition(const ga_elf *elf, uint64_t index, const char *name)
{
    char text[64]; /* names asked for are shorter */
    ElfW(Sym) symbol;
    if (!read_at(elf, elf->symbols + index * sizeof symbol, &symbol, sizeof symbol) ||
        !read_string(elf, symbol.st_name, text, sizeof text)) {
        return -1;
    }
    return strcmp(text, name) == 0 && symbol.st_shndx != SHN_UNDEF;
}

static int find_by_gnu_hash(const ga_elf *elf, const char *name)
{
    uint32_t hash = 5381;
    for (const char *c = name; *c; c++) {
        hash = hash * 33 + (unsigned char)*c;
    }
    uint32_t table[4]; /* buckets, first symbol that is hashed, words of the filter, its shift */
    if (!read_at(elf, elf->gnu_hash, table, sizeof table) || table[0] == 0) {
        return -1;
    }
    const uint64_t buckets = elf->gnu_hash + sizeof table + (uint64_t)table[2] * sizeof(ElfW(Addr));
    const uint64_t chains = buckets + (uint64_t)table[0] * sizeof(uint32_t);
    uint32_t index = 0;
    if (!read_at(elf, buckets + hash % table[0] * sizeof index, &index, sizeof index)) {
        return -1;
    }
    if (index < table[1]) {
        return 0; /* an empty bucket */
    }
    for (int steps = 0; steps < LONGEST_CHAIN; steps++, index++) {
        uint32_t link = 0; /* the symbol's hash, its lowest bit set on the last of the chain */
        if (!read_at(elf, chains + (uint64_t)(index - table[1]) * sizeof link, &link,
                     sizeof link)) {
            return -1;
        }
        const int found = (link | 1) == (hash | 1) ? is_definition(elf, index, name) : 0;
        if (found != 0 || (link & 1)) {
            return found;
        }
    }
    return -1;
}

static int find_by_sysv_hash(const ga_elf *elf, const char *name)
{
    uint32_t hash = 0;
    for (const char *c = name; *c; c++) {
        hash = (hash << 4) + (unsigned char)*c;
        hash ^= (hash & 0xf0000000U) >> 24;
        hash &= 0x0fffffffU;
    }
    uint32_t table[2]; /* buckets, chain entries */
    if (!read_at(elf, elf->sysv_hash, table, sizeof table) || table[0] == 0) {
        return -1;
    }
    uint64_t place = elf->sysv_hash + sizeof table + hash % (uint64_t)table[0] * sizeof(uint32_t);
    const uint64_t chains = elf->sysv_hash + sizeof table + (uint64_t)table[0] * sizeof(uint32_t);
    for (int steps = 0; steps < LONGEST_CHAIN; steps++) {
        uint32_t index = 0;
        if (!read_at(elf, place, &index, sizeof index)) {
            return -1;
        }
        const int found = index == 0 ? 0 : is_definition(elf, index, name);
        if (index == 0 || found != 0) {
            return found;
        }
        place = chains + index * sizeof index;
    }
    return -1;
}

int ga_elf_defines(const ga_elf *elf, const char *symbol)
{
    if (elf->gnu_hash != 0) {
        return find_by_gnu_hash(elf, symbol);
    }
    return elf->sysv_hash != 0 ? find_by_sysv_hash(elf, symbol) : 1;
}
