trap 'echo exit' EXIT; echo body
