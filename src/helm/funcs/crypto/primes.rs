//! Primes for RSA keys. The library's own search tries nearly every odd number, which takes ten seconds for a key of
//! 4,096 bits; a sieve leaves one in eight of them to be tried, and the two primes are looked for at the same time.

use std::sync::OnceLock;

use rsa::BigUint;

use super::super::random::fill;

/// Numbers with a factor below this are sieved out.
const SIEVED: u32 = 1 << 16;
/// How many odd numbers are sieved at once.
const WINDOW: usize = 1 << 13;
/// Random bases that a prime must satisfy; for random numbers of this size two would do.
const ROUNDS: usize = 8;
/// The public exponent of every key.
pub const EXPONENT: u32 = 65537;

/// Two primes whose product has exactly `bits` bits.
///
/// # Errors
/// The system gives no random bytes.
pub fn pair(bits: usize) -> Result<[BigUint; 2], String> {
    loop {
        let (p, q) = std::thread::scope(|scope| {
            let other = scope.spawn(|| prime(bits / 2));
            (prime(bits - bits / 2), other.join().unwrap_or_else(|_| Err("the search for primes failed".into())))
        });
        let (p, q) = (p?, q?);
        if p != q {
            return Ok([p, q]);
        }
    }
}

fn small_primes() -> &'static [u32] {
    static PRIMES: OnceLock<Vec<u32>> = OnceLock::new();
    PRIMES.get_or_init(|| {
        let mut composite = vec![false; SIEVED as usize];
        let mut primes = Vec::new();
        for n in 3..SIEVED as usize {
            if n % 2 == 1 && !composite[n] {
                primes.push(n as u32);
                (n * n..SIEVED as usize).step_by(n).for_each(|multiple| composite[multiple] = true);
            }
        }
        primes
    })
}

/// A prime of `bits` bits with the two highest set, and not one above a multiple of the exponent.
fn prime(bits: usize) -> Result<BigUint, String> {
    loop {
        let start = odd_number(bits)?;
        let mut composite = vec![false; WINDOW];
        for prime in small_primes() {
            // The first index at which start + 2 * index is a multiple of the prime.
            let rest = remainder(&start, *prime);
            let first = if rest == 0 { 0 } else { u64::from(prime - rest) };
            let first = if first % 2 == 0 { first / 2 } else { (first + u64::from(*prime)) / 2 };
            (first as usize..WINDOW).step_by(*prime as usize).for_each(|index| composite[index] = true);
        }
        for index in (0..WINDOW).filter(|index| !composite[*index]) {
            let candidate = &start + BigUint::from(2 * index);
            if remainder(&candidate, EXPONENT) != 1 && is_prime(&candidate)? {
                return Ok(candidate);
            }
        }
    }
}

fn odd_number(bits: usize) -> Result<BigUint, String> {
    let mut bytes = vec![0; bits.div_ceil(8)];
    fill(&mut bytes)?;
    let mut number = BigUint::from_bytes_be(&bytes) >> (bytes.len() * 8 - bits);
    for bit in [0, bits - 1, bits - 2] {
        if (&number >> bit) % 2u32 == BigUint::from(0u32) {
            number += BigUint::from(1u32) << bit;
        }
    }
    Ok(number)
}

fn remainder(number: &BigUint, divisor: u32) -> u32 {
    (number % divisor).to_bytes_le().iter().rev().fold(0, |rest, byte| rest << 8 | u32::from(*byte))
}

/// Miller and Rabin's test, with base 2 and then with random ones.
fn is_prime(number: &BigUint) -> Result<bool, String> {
    let one = BigUint::from(1u32);
    let last = number - &one;
    let halvings = last.to_bytes_le().iter().position(|byte| *byte != 0).map_or(0, |at| {
        let byte = last.to_bytes_le()[at];
        at * 8 + byte.trailing_zeros() as usize
    });
    let odd = &last >> halvings;
    let witness = |base: &BigUint| {
        let mut power = base.modpow(&odd, number);
        if power == one || power == last {
            return true;
        }
        for _ in 1..halvings {
            power = &power * &power % number;
            if power == last {
                return true;
            }
        }
        false
    };
    if !witness(&BigUint::from(2u32)) {
        return Ok(false);
    }
    for _ in 0..ROUNDS {
        let mut bytes = [0; 16];
        fill(&mut bytes)?;
        if !witness(&(BigUint::from_bytes_be(&bytes) + &one + &one)) {
            return Ok(false);
        }
    }
    Ok(true)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn composites_are_told_from_primes() {
        let is = |text: &str| is_prime(&BigUint::parse_bytes(text.as_bytes(), 10).unwrap()).unwrap();
        assert!(is("170141183460469231731687303715884105727"), "2^127 - 1");
        assert!(!is("170141183460469231731687303715884105725"));
        assert!(!is("340561"), "a pseudoprime to base 2");
    }

    #[test]
    fn the_product_has_the_wanted_length() {
        for _ in 0..4 {
            let [p, q] = pair(256).unwrap();
            assert_eq!((&p * &q).bits(), 256);
            assert_ne!(remainder(&p, EXPONENT), 1);
        }
    }
}
