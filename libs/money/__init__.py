"""Money, exact to the currency's last digit."""
