"""Watch a deployment: service levels, alert rules, drift, and alerts that reach somebody."""
