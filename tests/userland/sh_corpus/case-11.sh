case a in a) echo 1;; a) echo 2;; esac; case esac in (esac) echo reserved;; esac
