"""The editor of achievements: what is asked, the sheets on which it is answered, and how a draft stands."""
