case [ in [) echo 1;; esac; case ] in []]) echo 2;; esac; case a in [!b-z]) echo 3;; esac; case - in [a-]) echo 4;; esac
