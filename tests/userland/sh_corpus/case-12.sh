case '\' in \\) echo back;; esac; case 'a\b' in 'a\b') echo q;; esac; case "a\\b" in a\\b) echo e;; esac
