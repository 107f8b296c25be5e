"""Two letters that many send."""

TEXT = (
    "I am writing to ask you to keep the rural clinics open. My nearest clinic is forty minutes away, and in February "
    "it is further than that. The one in our county closed its maternity ward two years ago. People here did not stop "
    "having babies.\n\nI ask you to promise that no clinic will close in your first year, and to say so before the "
    "election. I will be listening for your answer."
)
OTHER = (
    "Please stop the pipeline under the lake. The company has spilled oil eleven times since it was built, and the "
    "fishing families on the north shore have waited for their compensation longer than anyone should. Water is worth "
    "more than a contract that was signed behind closed doors. Withdraw the permit now."
)
