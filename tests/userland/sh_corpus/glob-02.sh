mkdir d e; touch d/f1 d/f2 e/f1; echo */f1; echo d/*; echo */; echo */*; echo d/f[12] e/f[!1]; echo ./d/*
