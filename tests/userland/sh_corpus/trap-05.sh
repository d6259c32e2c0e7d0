trap 'echo a' 0; trap 'echo b' EXIT; trap; trap - 0; trap
