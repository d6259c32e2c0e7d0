case "a b" in "a b") echo ok;; esac; case a/b in a*b) echo slash;; esac; case .x in *) echo dot;; esac
