"""PostgreSQL as Django speaks to it, told before every statement whose rows it may show (see common.scopes)."""
