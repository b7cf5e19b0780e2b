//! What the allocator keeps of what was freed: as little as it can be asked for.

/// Asks the allocator to give large blocks back as soon as they are freed, and to take everything else from one place. By itself glibc
/// raises the size from which a block is a mapping of its own with each one that is freed, and has a heap for each thread: a record of
/// thousands of sockets then leaves holes that nobody fills. A thread that has a heap already keeps it. Other C libraries are left as they
/// are.
pub fn keep_little() {
    #[cfg(all(target_os = "linux", target_env = "gnu"))]
    gnu::keep_little();
}

/// Gives pages that nobody uses back to the system: it takes a walk over what is free.
pub fn give_back() {
    #[cfg(all(target_os = "linux", target_env = "gnu"))]
    gnu::give_back();
}

#[cfg(all(target_os = "linux", target_env = "gnu"))]
#[expect(unsafe_code, reason = "mallopt and malloc_trim are glibc's own")]
mod gnu {
    /// A block of so many bytes is a mapping of its own: glibc begins with this size too.
    const MAPPED_FROM: libc::c_int = 128 * 1024;

    pub(super) fn keep_little() {
        // SAFETY: mallopt takes two numbers, and a setting that it does not know it refuses: mallopt(3).
        unsafe {
            libc::mallopt(libc::M_MMAP_THRESHOLD, MAPPED_FROM);
            libc::mallopt(libc::M_TRIM_THRESHOLD, MAPPED_FROM);
            libc::mallopt(libc::M_ARENA_MAX, 1);
        }
    }

    pub(super) fn give_back() {
        // SAFETY: malloc_trim may be called at any time, by any thread: malloc_trim(3).
        unsafe {
            libc::malloc_trim(0);
        }
    }
}
